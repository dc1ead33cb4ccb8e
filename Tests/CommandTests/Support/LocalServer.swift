import Foundation
import Synchronization
import Testing

/// A server program on this machine, which says `listening on http://127.0.0.1:PORT` when it can be asked. It ends with
/// this object.
final class LocalServer: Sendable {
    /// Where it listens; the system chose the port.
    let address: String
    private let port: Int
    private let program: String
    private let arguments: @Sendable (_ port: Int) -> [String]
    private let folder: Folder
    private let process: Mutex<Process>

    /// Starts a program and waits until it can be asked.
    ///
    /// - Parameter arguments: its arguments for a port; 0 lets the system choose.
    init(_ program: String, _ arguments: @escaping @Sendable (_ port: Int) -> [String]) async throws {
        folder = try Folder()
        self.program = program
        self.arguments = arguments
        let (first, log) = (arguments(0), folder.url.appending(path: "log.txt"))
        let (process, port) = try await Command.onThread { try Self.launch(program, first, log: log) }
        self.process = Mutex(process)
        self.port = port
        address = "http://127.0.0.1:\(port)"
    }

    deinit { process.withLock { _ = kill($0.processIdentifier, SIGKILL) } }

    /// Ends it at once, as a machine that goes away does.
    func crash() throws {
        let process = process.withLock(\.self)
        _ = kill(process.processIdentifier, SIGKILL)
        Command.wait { !process.isRunning }
        guard !process.isRunning else { throw NoServer(description: "a process that was killed goes on") }
    }

    /// Lets it do nothing for a while.
    func pause() { process.withLock { _ = kill($0.processIdentifier, SIGSTOP) } }

    /// Lets it go on.
    func goOn() { process.withLock { _ = kill($0.processIdentifier, SIGCONT) } }

    /// Starts it again on the same port, and waits until it can be asked.
    func startAgain() throws {
        let (process, _) = try Self.launch(
            program, arguments(port), log: folder.url.appending(path: "log-again.txt"))
        self.process.withLock { $0 = process }
    }

    private static func launch(
        _ program: String, _ arguments: [String], log: URL
    ) throws -> (process: Process, port: Int) {
        try Data().write(to: log)
        let handle = try FileHandle(forWritingTo: log)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        Command.wait { port(in: log) != nil || !process.isRunning }
        guard let found = port(in: log) else {
            _ = kill(process.processIdentifier, SIGKILL)
            let said = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
            throw NoServer(description: "'\(program)' cannot be asked: \(said.suffix(1000))")
        }
        return (process, found)
    }

    private struct NoServer: Error, CustomStringConvertible {
        let description: String
    }

    private static func port(in log: URL) -> Int? {
        guard let text = try? String(contentsOf: log, encoding: .utf8),
            let start = text.range(of: "listening on http://127.0.0.1:")?.upperBound
        else { return nil }
        let digits = text[start...].prefix(while: \.isNumber)
        // The line may be written in part.
        guard text[start...].dropFirst(digits.count).first?.isWhitespace == true else { return nil }
        return Int(digits)
    }

    /// Waits until something is so, for two minutes at most; false when it never was. A thread of its own looks: those
    /// of Swift's tasks may be busy with other tests.
    static func wait(until isSo: @escaping @Sendable () -> Bool) async -> Bool {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let end = ContinuousClock.now + .seconds(120)
                var wasSo = isSo()
                while !wasSo, ContinuousClock.now < end {
                    Thread.sleep(forTimeInterval: 0.05)
                    wasSo = isSo()
                }
                continuation.resume(returning: wasSo)
            }
        }
    }
}

extension LocalServer {
    /// The name under which the servers have the demo model.
    static let model = "shotlist-demo"

    /// A llama-server with the demo model.
    ///
    /// - Parameters:
    ///   - projector: whether it can see.
    ///   - key: what it wants to be shown; nothing when left out.
    static func demo(projector: Bool = true, key: String? = nil) async throws -> LocalServer {
        let folder = Repository.root.appending(path: "Models/demo")
        var files = ["-m", folder.appending(path: "demo-text-f16.gguf").path]
        if projector { files += ["--mmproj", folder.appending(path: "demo-mmproj-f16.gguf").path] }
        return try await llama(files + ["-np", "2"] + (key.map { ["--api-key", $0] } ?? []), name: model)
    }

    /// A llama-server, which `make test` built from the sources of the embedded engine.
    static func llama(_ options: [String], name: String) async throws -> LocalServer {
        let program = Repository.root.appending(path: ".deps/llama-peers/bin/llama-server").path
        try #require(FileManager.default.fileExists(atPath: program), "run `scripts/build-llama-peers.sh` first")
        return try await LocalServer(program) { port in
            options + [
                "--alias", name, "-t", "1", "-c", "8192", "-fit", "off", "--no-webui", "--host", "127.0.0.1", "--port",
                "\(port)",
            ]
        }
    }

    /// What stands before a server and writes what it is asked and answers to a file.
    static func recorder(before server: LocalServer, file: String) async throws -> LocalServer {
        let address = server.address
        return try await LocalServer("/usr/bin/env") { _ in
            ["python3", "-B", Repository.recorder, "keep", address, file]
        }
    }
}

extension Repository {
    /// The program that keeps questions and asks them again.
    static var recorder: String { root.appending(path: "Tests/CommandTests/Fixtures/recorder.py").path }
}
