import AsyncHTTPClient
import Foundation
import NIOCore
import Synchronization

/// `shotlist review`, as long as this is held.
final class ServedCommand: Sendable {
    /// Where it can be opened, as it has printed.
    let address: String
    private let process: Mutex<Process>
    private let output: TemporaryFile
    private let errors: TemporaryFile

    /// Starts it and waits until it has printed its address.
    ///
    /// - Parameter environment: what is set beside what the tests have; an empty text takes something away.
    init(_ arguments: [String], environment: [String: String] = [:]) async throws {
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments = ["review"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }.filter {
            !$0.value.isEmpty
        }
        let (output, errors) = try Command.redirect(process)
        address = try await Command.onThread {
            try process.run()
            Command.wait { !process.isRunning || Self.address(output) != nil }
            if let address = Self.address(output) { return address }
            _ = kill(process.processIdentifier, SIGKILL)
            throw NotServed(description: "there is no review: \((try? errors.text()) ?? "")")
        }
        self.process = Mutex(process)
        self.output = output
        self.errors = errors
    }

    deinit { process.withLock { if $0.isRunning { _ = kill($0.processIdentifier, SIGKILL) } } }

    private struct NotServed: Error, CustomStringConvertible {
        let description: String
    }

    /// Without the line's end it may be written in part.
    private static func address(_ output: TemporaryFile) -> String? {
        guard let text = try? output.text(), let start = text.range(of: "http://"), text.hasSuffix("\n") else {
            return nil
        }
        return text[start.lowerBound...].split(separator: "\n").first.map(String.init)
    }

    /// The port that it listens on.
    var port: String { String(address.split(separator: ":").last?.prefix(while: \.isNumber) ?? "") }

    /// What it has said on standard error until now.
    func said() throws -> String { try errors.text() }

    /// Sends it a signal and waits for its end.
    func end(by number: Int32) async throws -> (outcome: Command.Outcome, time: Duration) {
        let process = process.withLock(\.self)
        let time = try await Command.onThread {
            let asked = ContinuousClock.now
            _ = kill(process.processIdentifier, number)
            Command.wait { !process.isRunning }
            return ContinuousClock.now - asked
        }
        let outcome = Command.Outcome(
            status: process.terminationStatus, output: try output.text(), errors: try errors.text())
        return (outcome, time)
    }

    /// Asks for a path; gives the answer's status and text. The connection is kept open beside it.
    func get(_ path: String) async throws -> (status: Int, text: String) {
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: address + path), timeout: .seconds(60))
        let buffer = try await response.body.collect(upTo: 16 << 20)
        return (Int(response.status.code), String(buffer: buffer))
    }
}
