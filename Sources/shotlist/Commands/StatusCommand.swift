import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistLedger
import ShotlistPipeline
import ShotlistStorage

/// `shotlist status`: how far an output is.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell what of an output is done, what failed and what is left.",
        discussion: """
            It reads the output's ledger, also while a run goes on. It ends with 0 when everything is done, and with 2 when \
            something failed or is left. Of an output in a bucket (s3://BUCKET/FOLDER) it reads the copy of the ledger there, \
            which is some seconds behind a run that goes on.
            """)

    @Argument(help: "The output folder of a run.")
    var output: String

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        try await Ending.of {
            guard S3Location.isOne(output) else { return try await tell(output) }
            let folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            let bucket = S3Bucket(settings: try S3Settings())
            let written: String
            do {
                written = try await RemoteLedger.fetch(of: S3Location(output), from: bucket, into: folder.path)
            } catch {
                await bucket.shutDown()
                throw error
            }
            await bucket.shutDown()
            Terminal().say("The ledger's copy is of \(written.printable).")
            return try await tell(folder.path)
        }
    }

    private func tell(_ output: String) async throws -> Int32 {
        let ledger = try await Ledger.open(
            outputPath: output, program: "shotlist \(shotlistVersion)", access: .readOnly)
        let status = OutputStatus(counts: try await ledger.counts(), runs: try await ledger.runs(limit: 10))
        try await ledger.close()
        print(json ? try StatusRecord(status).json : status.text)
        return status.isDone ? 0 : Ending.partial
    }
}
