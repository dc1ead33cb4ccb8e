import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistLedger
import ShotlistMedia
import ShotlistPipeline
import Synchronization

/// `shotlist worker`: takes tasks as lines of JSON from whoever places work on machines.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Work on tasks that come as lines of JSON, with the model loaded.",
        discussion: """
            For schedulers, such as Ray through the package shotlist-ray. docs/worker-protocol.md describes the lines. It ends \
            with 0 when its input ends, after `{"type":"drain"}`, and after SIGTERM.
            """)

    @Option(
        name: [.customLong("output-path"), .customLong("output-clip-path")],
        help: "The folder to write below, which all workers share, or s3://BUCKET/FOLDER; made if missing.")
    var outputPath: String

    @Option(help: "This worker's name among all that ever wrote there, in letters, digits, '.', '_' and '-'.")
    var name: String?

    @Option(help: "Listen on this Unix socket for one feeder after another, and not on standard input.")
    var socket: String?

    @Option(help: "Seconds from one heartbeat to the next, at least 0.1.")
    var heartbeat = 5.0

    @OptionGroup(title: "Log") var logging: WorkerLogOptions

    func run() async throws {
        LargeBuffers.returnToSystem()
        let terminal = Terminal(format: logging.logFormat)
        terminal.takeAllLogs()
        try await Ending.of(terminal) {
            let name = try checkedName()
            guard heartbeat >= 0.1, heartbeat <= 3600 else {
                throw ShotlistError(
                    .invalidArgument, "A heartbeat every \(heartbeat) seconds is none.", remedy: "Give 0.1 to 3600.")
            }
            return try await Interrupt.cancelling(terminal: terminal, patience: 9) {
                let worker = Worker(
                    outputPath: outputPath, name: name, heartbeat: heartbeat, terminal: terminal)
                do {
                    if let socket {
                        try await WorkerSocket(path: socket).serve(worker)
                    } else {
                        _ = try await worker.serve(input: 0, output: 1)
                    }
                } catch is CancellationError {}
                return 0
            }
        }
    }

    private func checkedName() throws(ShotlistError) -> String {
        guard let name else { return "\(LedgerLock.host())-\(getpid())-\(UUID().uuidString.prefix(8).lowercased())" }
        let isName =
            !name.isEmpty && name.utf8.count <= 100 && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        guard isName else {
            throw ShotlistError(
                .invalidArgument, "'\(name.printable)' is no name of a worker.",
                remedy: "Use up to 100 letters, digits, '.', '_' and '-', and no '.' in front.")
        }
        return name
    }
}

/// How a worker tells people what it does.
struct WorkerLogOptions: ParsableArguments {
    @Option(help: "How lines on standard error look: text or json.")
    var logFormat = LogFormat.text
}
