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
        let lines = try await server.lines(3)
        kept.withLock { $0.append(server) }
        return try TestS3(lines)
    }

    /// The environment of a program that asks the server.
    ///
    /// - Parameter endpoint: its address; that without TLS unless another is given.
    package func environment(
        endpoint: URL? = nil, key: String = "shotlisttest", secret: String = "shotlist-test-secret"
    ) -> [String: String] {
        [
            "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_S3": (endpoint ?? plain).absoluteString, "AWS_CONFIG_FILE": "/dev/null",
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
        let program = Self.root.appending(path: "Tests/Support/TestS3/faulty-proxy.py").path
        let proxy = try Leashed("python3", [program, "127.0.0.1", "\(plain.port ?? 0)", "\(count)"])
        let port = try await proxy.lines(1)[0]
        Self.kept.withLock { $0.append(proxy) }
        guard let address = URL(string: "http://127.0.0.1:\(port)") else { throw CocoaError(.fileReadUnknown) }
        return (address, { Array(proxy.all.dropFirst()) })
    }
}

/// A program that ends when its standard input does.
private final class Leashed: Sendable {
    private let input = Pipe()
    private let output = FileManager.default.temporaryDirectory.appending(
        path: "shotlist-leashed-\(UUID().uuidString)")

    init(_ program: String, _ arguments: [String]) throws {
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        // It holds the end of the pipe that it reads.
        try input.fileHandleForReading.close()
    }

    deinit { try? FileManager.default.removeItem(at: output) }

    /// What it has printed so far.
    var all: [String] {
        let text = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// The first lines, when they have come.
    func lines(_ count: Int) async throws -> [String] {
        for _ in 0..<1200 {
            let lines = all
            if lines.count >= count { return Array(lines.prefix(count)) }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CocoaError(.fileReadUnknown)
    }
}
