import Foundation
import HTTPTypes
import HummingbirdTesting
import TestRecords
import Testing

@Suite("What a change says that was seen, and who is let in")
struct SeenRouteTests {
    private static let key = RecordedOutput.key(1)
    private static let path = "/api/windows/\(key)/change"

    @Test("words that are others than were seen are not decided about; what is not about them is taken")
    func seen() async throws {
        try await ReviewedOutput().test { client async throws in
            let tag = try #require(try await client.get("/api/windows/\(Self.key)").window["captionTag"] as? String)
            let decision = #"{"expecting": 0, "field": "decision", "value": "approved", "seen": "\#(tag)x"}"#
            let refused = try await client.post(Self.path, decision)
            #expect(refused.status == .conflict)
            #expect(try refused.window["captionTag"] as? String == tag)
            #expect(try refused.window["version"] as? Int == 0)
            let taken = try await client.post(Self.path, decision.replacing("\(tag)x", with: tag))
            #expect(taken.status == .ok)
            let edit = #"{"expecting": 1, "field": "caption", "value": "Other words.", "seen": "\#(tag)"}"#
            // A person's words are told by the version, the model's by this.
            #expect(try await client.post(Self.path, edit).window["captionTag"] as? String == tag)
            let note = #"{"expecting": 2, "field": "note", "value": "Look again."}"#
            #expect(try await client.post(Self.path, note).status == .ok)
        }
    }

    @Test("undoing says of how many windows, also where not all of them are sent")
    func undone() async throws {
        let output = try RecordedOutput()
        for clip in 1...3 {
            try output.add(clip, captions: (0..<70).map { "Caption \($0) of \(clip)." })
        }
        try await ReviewedOutput(output: output).test { client async throws in
            let change = #"{"query": "", "kind": "addTag", "text": "good"}"#
            let token = try #require(try await client.post("/api/bulk/preview", change).json["token"] as? String)
            let whole = String(change.dropLast()) + #", "token": "\#(token)"}"#
            #expect(try await client.post("/api/bulk/apply", whole).json["count"] as? Int == 210)
            let undone = try await client.post("/api/undo", "{}")
            #expect(try undone.json["count"] as? Int == 210)
            #expect(try undone.windows.count == 200)
            #expect(try await client.post("/api/undo", "{}").json["count"] as? Int == 0)
        }
    }

    @Test("a tag with a comma, which would be two at the next edit, is refused")
    func comma() async throws {
        try await ReviewedOutput().test { client async throws in
            let tags = #"{"expecting": 0, "field": "tags", "value": ["a, b"]}"#
            #expect(try await client.post(Self.path, tags).status == .badRequest)
            let bulk = #"{"query": "", "kind": "addTag", "text": "a, b"}"#
            #expect(try await client.post("/api/bulk/preview", bulk).status == .badRequest)
        }
    }

    @Test("two reviews on one host do not log each other out")
    func cookies() async throws {
        let token = "0123456789abcdef0123"
        try await ReviewedOutput(token: token).server.application().test(.live) { client async throws in
            let port = try #require(client.port)
            try await TestClient.withClient(host: "127.0.0.1", port: port) { client async throws in
                func ask(_ path: String, _ authority: String, cookie: String? = nil) async throws -> TestClient.Response
                {
                    var headers = HTTPFields()
                    headers[.cookie] = cookie
                    return try await client.execute(
                        TestClient.Request(path, method: .get, authority: authority, headers: headers))
                }
                let first = try #require(try await ask("/?token=\(token)", "localhost:9001").headers[.setCookie])
                let second = try #require(try await ask("/?token=\(token)", "localhost:9002").headers[.setCookie])
                let pairs = [first, second].map { String($0.prefix { $0 != ";" }) }
                #expect(Set(pairs.map { $0.prefix { $0 != "=" } }).count == 2)
                #expect(first.contains("SameSite=Lax"))
                #expect(try await ask("/api/session", "localhost:9001", cookie: pairs[0]).status == .ok)
                #expect(try await ask("/api/session", "localhost:9001", cookie: pairs[1]).status == .unauthorized)
            }
        }
    }

    @Test("the address that is printed can be opened", arguments: ["0.0.0.0", "::"])
    func address(_ host: String) async throws {
        let reviewed = try await ReviewedOutput(host: host, token: "0123456789abcdef0123")
        let (addresses, said) = AsyncStream.makeStream(of: String.self)
        let serving = Task {
            defer { said.finish() }
            try await reviewed.server.run { said.yield($0) }
        }
        defer { serving.cancel() }
        guard let address = await addresses.first(where: { _ in true }) else { return try await serving.value }
        let name = try #require(URL(string: address)?.host)
        #expect(!["0.0.0.0", "::", "[::]"].contains(name), "\(address)")
    }
}
