import Foundation
import ShotlistStorage
import Synchronization

/// A real S3 server on this machine (`scripts/s3-server.sh`). It ends with the process that started it.
package final class TestS3: Sendable {
    /// Its address without TLS.
    package let plain: URL
    /// Its address with TLS.
    package let secure: URL
    /// The file of the certificate that it shows.
    package let certificate: String

    /// The server of this process.
    package static let shared = Task { try await TestS3.start() }

    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Processes that end when their input does, which the system closes with this process.
    private static let kept = Mutex<[Leashed]>([])

    private init(_ lines: [String]) throws {
        guard lines.count == 3, let plain = URL(string: lines[0]), let secure = URL(string: lines[1]) else {
            throw CocoaError(.fileReadUnknown)
        }
        self.plain = plain
        self.secure = secure
        certificate = lines[2]
    }

    private static func start() async throws -> TestS3 {
        let folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-s3-\(UUID().uuidString)").path
        let script = root.appending(path: "scripts/s3-server.sh").path
        let server = try Leashed("bash", [script, "--run", folder])
        let started = try TestS3(try await server.lines(3))
        kept.withLock { $0.append(server) }
        // What does not work now fails each test in its own way.
        let (bucket, place) = try await started.bucket()
        try await bucket.put(Data("ready".utf8), to: place.appending("ready"))
        await bucket.shutDown()
        return started
    }

    /// The environment of a program that asks the server.
    ///
    /// - Parameter endpoint: its address; that without TLS unless another is given.
    package func environment(
        endpoint: URL? = nil, key: String = "shotlisttest", secret: String = "shotlist-test-secret"
    ) -> [String: String] {
        Self.environment(of: endpoint ?? plain, key: key, secret: secret)
    }

    private static func environment(of endpoint: URL, key: String, secret: String) -> [String: String] {
        [
            "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_S3": endpoint.absoluteString, "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        ]
    }

    /// A client of the server with a new, empty bucket.
    package func bucket(_ environment: [String: String]? = nil) async throws -> (S3Bucket, S3Location) {
        let bucket = S3Bucket(settings: try S3Settings(environment: environment ?? self.environment()))
        let place = S3Location(bucket: "test-\(UUID().uuidString.lowercased())", key: "")
        try await bucket.makeBucket(place.bucket)
        return (bucket, place)
    }

    /// A proxy before the server that lets every `count`-th request fail, and what it has seen so far.
    package func faultyProxy(every count: Int) async throws -> (address: URL, seen: @Sendable () -> [String]) {
        try await Self.python("faulty-proxy.py", ["127.0.0.1", "\(plain.port ?? 0)", "\(count)"])
    }

    /// An answer of a server that says what a test wants.
    package struct Answer: Sendable, Encodable {
        let status: Int
        var headers: [String: String] = [:]
        var body = ""
        /// After so many bytes of the body the connection ends.
        var cut: Int?

        /// Makes an answer from its parts.
        package init(_ status: Int, headers: [String: String] = [:], body: String = "", cut: Int? = nil) {
            (self.status, self.headers, self.body, self.cut) = (status, headers, body, cut)
        }
    }

    /// The settings for a server that gives these answers, one after another, and then the last for ever; and what it
    /// was asked so far. Nothing is waited for between tries.
    package static func scripted(
        _ answers: [Answer]
    ) async throws -> (settings: S3Settings, seen: @Sendable () -> [String]) {
        let script = String(decoding: try JSONEncoder().encode(answers), as: UTF8.self)
        let (address, seen) = try await python("scripted-server.py", [script])
        var settings = try S3Settings(environment: environment(of: address, key: "key", secret: "hush"))
        settings.retries.sleep = { _ in }
        return (settings, seen)
    }

    private static func python(
        _ program: String, _ arguments: [String]
    ) async throws -> (address: URL, seen: @Sendable () -> [String]) {
        let path = root.appending(path: "Tests/Support/TestS3/\(program)").path
        let leashed = try Leashed("python3", [path] + arguments)
        let port = try await leashed.lines(1)[0]
        kept.withLock { $0.append(leashed) }
        guard let address = URL(string: "http://127.0.0.1:\(port)") else { throw CocoaError(.fileReadUnknown) }
        return (address, { Array(leashed.all.dropFirst()) })
    }
}
