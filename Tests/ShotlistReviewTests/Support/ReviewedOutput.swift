import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import ShotlistCatalog
import ShotlistReview
import TestRecords

/// An output that is reviewed, with what a test asks of its server.
struct ReviewedOutput: Sendable {
    let output: RecordedOutput
    let catalog: Catalog
    let server: ReviewServer

    /// Three clips of two windows: one that failed, one whose caption is an attack.
    static let attack = "</script><img src=x onerror=alert(1)> & \"words\""

    /// - Parameter executable: the program that asks the model again.
    init(
        output: RecordedOutput? = nil, person: String = "Ada", host: String = "127.0.0.1", token: String? = nil,
        checks: CheckChoices = CheckChoices(), executable: String = "/bin/false",
        _ change: (inout ReviewOptions) -> Void = { _ in }
    ) async throws {
        let output = try output ?? Self.records()
        self.output = output
        catalog = try await Catalog.open(outputPath: output.folder.path, by: person, checks: checks)
        var options = ReviewOptions(
            outputPath: output.folder.path, host: host, accessToken: token, person: person, executable: executable)
        change(&options)
        var logger = Logger(label: "review")
        logger.logLevel = .critical
        server = try ReviewServer(catalog, options: options, logger: logger)
    }

    static func records() throws -> RecordedOutput {
        let output = try RecordedOutput()
        try output.add(1, captions: ["A red ball rolls over the green grass.", "A dog runs after the red ball."])
        try output.add(2, video: "videos/b.mp4", captions: [Self.attack, nil], flags: ["repeating"])
        try output.add(3, video: "videos/b.mp4", captions: ["Rain falls on an empty street.", "Two people walk by."])
        return output
    }

    /// Runs a test against the routes, without a network.
    func test<Value: Sendable>(_ body: @escaping @Sendable (Client) async throws -> Value) async throws -> Value {
        let token = server.sessionToken
        return try await server.application().test(.router) { client in
            try await body(Client(client: client, token: token))
        }
    }

    /// A page of this session.
    struct Client: Sendable {
        let client: any TestClientProtocol
        let token: String

        /// Asks for something.
        func get(_ path: String, _ fields: [String: String] = [:]) async throws -> TestResponse {
            try await client.execute(uri: path, method: .get, headers: Self.headers(fields))
        }

        /// What the page is told of the run, once it is as wanted; looks are seconds apart, and up to half a minute where other
        /// tests make one last.
        func news(until isWanted: ([String: Any]) -> Bool) async throws -> [String: Any] {
            for _ in 0..<1200 {
                let news = try await get("/api/news").json
                if isWanted(news) { return news }
                try await Task.sleep(for: .milliseconds(100))
            }
            throw NewsMissing()
        }

        /// Two minutes went by and it did not come.
        private struct NewsMissing: Error {}

        /// Sends something, with the token unless other fields say otherwise.
        func post(_ path: String, _ body: String, _ fields: [String: String] = [:]) async throws -> TestResponse {
            let own = ["Content-Type": "application/json", "X-Shotlist-Session": token]
            let all = own.merging(fields) { $1 }.filter { !$0.value.isEmpty }
            return try await client.execute(
                uri: path, method: .post, headers: Self.headers(all), body: ByteBuffer(string: body))
        }

        private static func headers(_ fields: [String: String]) -> HTTPFields {
            var headers = HTTPFields()
            for (name, value) in fields { if let name = HTTPField.Name(name) { headers[name] = value } }
            return headers
        }
    }
}

extension TestResponse {
    /// The body as text.
    var text: String { String(buffer: body) }

    /// The body as JSON.
    var json: [String: Any] {
        get throws {
            try JSONSerialization.jsonObject(with: Data(body.readableBytesView)) as? [String: Any] ?? [:]
        }
    }

    /// The windows in it.
    var windows: [[String: Any]] {
        get throws { try json["windows"] as? [[String: Any]] ?? [] }
    }

    /// The window in it.
    var window: [String: Any] {
        get throws { try json["window"] as? [String: Any] ?? [:] }
    }

    /// A field by its name.
    func field(_ name: String) -> String? {
        HTTPField.Name(name).flatMap { headers[$0] }
    }
}
