import ArgumentParser
import ShotlistCore

/// The flags of tasks, which are those of `shotlist run`.
enum WorkerFlags {
    /// Flags that are of a run as a whole, with what stands in their way.
    private static let refused = [
        "--output-path": "the output is the worker's own", "--output-clip-path": "the output is the worker's own",
        "--work-dir": "the worker has a folder of its own", "--shard": "a task says which clips it is of",
        "--join": "a worker shares no ledger", "--force": "a task that is given again would begin from the start",
        "--only-windows": "it is of an output as a whole", "--dry-run": "a worker is there to write",
        "--video-limit": "a task names its videos",
        "--metrics-port": "the worker has one process and may have many tasks",
        "--restarts": "who gives tasks begins a lost worker again",
    ]

    /// The run that flags ask for.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`).
    static func run(_ arguments: [String], outputPath: String) throws(ShotlistError) -> RunCommand {
        for argument in arguments {
            let name = argument.split(separator: "=", maxSplits: 1).first.map(String.init) ?? argument
            if let why = refused[name] {
                throw ShotlistError(
                    .invalidArgument, "A worker takes no \(name): \(why).", remedy: "Leave it out.")
            }
        }
        do {
            return try RunCommand.parse(arguments + ["--output-path", outputPath])
        } catch {
            throw ShotlistError(
                .invalidArgument, "The flags are wrong: \(RunCommand.message(for: error))",
                remedy: "`shotlist run --help` lists them.")
        }
    }
}
