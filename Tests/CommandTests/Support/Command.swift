import Foundation
import Testing

/// The built program, run as a user runs it.
struct Command {
    /// What a run printed and how it ended.
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// The program beside the test runner, which the same build has made.
    static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "shotlist").path

    /// Runs `shotlist` to its end, in `folder`.
    static func shotlist(_ arguments: String..., folder: URL? = nil) async throws -> Outcome {
        try await run(path, arguments, folder: folder)
    }

    /// Runs a program to its end.
    static func run(_ program: String, _ arguments: [String], folder: URL? = nil) async throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        // No test asks the real hub for anything.
        process.environment = ProcessInfo.processInfo.environment.merging(["HF_HUB_OFFLINE": "1"]) { $1 }
        return try await finish(process)
    }

    /// Starts a process and waits for its end.
    static func finish(_ process: Process) async throws -> Outcome {
        let (output, errors) = try redirect(process)
        let ended = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        process.terminationHandler = { _ in ended.continuation.finish() }
        try process.run()
        for await _ in ended.stream {}
        return Outcome(status: process.terminationStatus, output: try output.text(), errors: try errors.text())
    }

    /// Starts a process, interrupts it once `isUnderWay` says so, and tells how long it then took to end.
    ///
    /// `signals` are sent one after another, each when the process has said that it has heard of the one before.
    ///
    /// - Parameter isUnderWay: is given what the process has written on standard error.
    static func interrupt(
        _ process: Process, by signals: [Int32] = [SIGINT],
        whenItSays isUnderWay: @escaping @Sendable (_ errors: String) -> Bool
    ) async throws -> (outcome: Outcome, time: Duration) {
        let (output, errors) = try redirect(process)
        let time = try await onThread {
            let said = { (try? errors.text()) ?? "" }
            try process.run()
            wait { !process.isRunning || isUnderWay(said()) }
            let asked = ContinuousClock.now
            for (index, number) in signals.enumerated() where process.isRunning {
                if index > 0 { wait { !process.isRunning || said().contains("Stopping") } }
                _ = kill(process.processIdentifier, number)
            }
            wait { !process.isRunning }
            return ContinuousClock.now - asked
        }
        let outcome = Outcome(
            status: process.terminationStatus, output: try output.text(), errors: try errors.text())
        return (outcome, time)
    }

    /// The same, once `isUnderWay` says so.
    static func interrupt(
        _ process: Process, by signals: [Int32] = [SIGINT], once isUnderWay: @escaping @Sendable () -> Bool
    ) async throws -> (outcome: Outcome, time: Duration) {
        try await interrupt(process, by: signals) { (_: String) in isUnderWay() }
    }

    /// Runs on a thread of its own what must happen at its moment: those of Swift's tasks may be busy with other tests for
    /// minutes.
    static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
        }
    }

    /// Waits on such a thread until something is so, for five minutes at most.
    static func wait(until isSo: () -> Bool) {
        let end = ContinuousClock.now + .seconds(300)
        while !isSo(), ContinuousClock.now < end { Thread.sleep(forTimeInterval: 0.02) }
    }

    /// Lets files take what a process writes.
    static func redirect(_ process: Process) throws -> (output: TemporaryFile, errors: TemporaryFile) {
        let files = (output: try TemporaryFile(), errors: try TemporaryFile())
        // A test that means a hub brings one.
        process.environment =
            process.environment ?? ProcessInfo.processInfo.environment.merging(["HF_HUB_OFFLINE": "1"]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = files.output.handle
        process.standardError = files.errors.handle
        return files
    }
}

/// A folder of a test's own, removed when the test ends.
final class Folder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "shotlist-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The path of something in the folder.
    func path(_ name: String) -> String { url.appending(path: name).path }

    /// Puts bytes in the folder.
    @discardableResult
    func write(_ text: String, _ name: String) throws -> String {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    /// Puts real footage in the folder.
    @discardableResult
    func add(_ footage: String, _ name: String) throws -> String {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: try Repository.footage(footage), to: file)
        return file.path
    }

    /// A copy of the program that every user may run.
    func copyOfProgram() throws -> String {
        let copy = path("shotlist")
        try FileManager.default.copyItem(atPath: Command.path, toPath: copy)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: copy)
        return copy
    }

    /// Every file in the folder, by path, sorted.
    func files() -> [String] {
        (FileManager.default.subpaths(atPath: url.path) ?? []).filter { path in
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: self.path(path), isDirectory: &isFolder)
            return exists && !isFolder.boolValue
        }.sorted()
    }

    /// A JSON file of the folder.
    func json(_ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: url.appending(path: name))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
}

/// Files of the checkout.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Real footage that `make test` fetched.
    static func footage(_ name: String) throws -> URL {
        let file = root.appending(path: ".deps/footage/\(name).mp4")
        try #require(FileManager.default.fileExists(atPath: file.path), "run `make footage` first")
        return file
    }
}
