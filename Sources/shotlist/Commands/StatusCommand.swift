import ArgumentParser
import ShotlistCore
import ShotlistLedger

/// `shotlist status`: how far an output is.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell what of an output is done, what failed and what is left.",
        discussion: """
            It reads the output's ledger, also while a run goes on. It ends with 0 when everything is done, and with 2 when \
            something failed or is left.
            """)

    @Argument(help: "The output folder of a run.")
    var output: String

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        try await Ending.of {
            let ledger = try await Ledger.open(
                outputPath: output, program: "shotlist \(shotlistVersion)", access: .readOnly)
            let status = OutputStatus(counts: try await ledger.counts(), runs: try await ledger.runs(limit: 10))
            try await ledger.close()
            print(json ? try StatusRecord(status).json : status.text)
            return status.isDone ? 0 : Ending.partial
        }
    }
}
