import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistPipeline
import ShotlistStorage

/// `shotlist merge`: one output of what shards and workers made.
struct MergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Make one output of what runs with --shard, or workers, made in it.",
        discussion: """
            Joins their ledgers, checks that they fit together and that nothing is missing, and writes the records that are \
            of clips of all of them, and summary.json. No video is opened. It may be repeated, also after some of them have \
            gone on.
            """)

    @Argument(help: "The output folder that all of them wrote below, or its place in a bucket (s3://BUCKET/FOLDER).")
    var output: String

    @Option(
        help:
            "The folder on this machine for what an output in a bucket needs here; by default one below ~/.cache/shotlist."
    )
    var workDir: String?

    @Option(
        help:
            "Seconds to wait for those that still work there, such as workers that were just told to end; one that was killed is gone after 120."
    )
    var wait = 0.0

    func validate() throws {
        guard (0...86400).contains(wait) else { throw ValidationError("--wait takes from 0 to 86400 seconds.") }
    }

    func run() async throws {
        let terminal = Terminal()
        try await Ending.of(terminal) {
            OpenFiles.allowMany()
            let report = try await Interrupt.cancelling(terminal: terminal) { try await mergeWhenFree(terminal) }
            var parts: [String] = []
            if report.shards > 0 { parts.append("\(report.shards) shards") }
            if report.workers > 0 { parts.append("\(report.workers) workers") }
            print("merged    \(parts.joined(separator: ", ")); records of \(report.written) videos written")
            print(SummaryText.of(report.summary, outputPath: output))
            return Ending.code(of: report.summary)
        }
    }

    /// Merges, when nobody works there any more.
    private func mergeWhenFree(_ terminal: Terminal) async throws -> MergeReport {
        let end = ContinuousClock.now + .seconds(wait)
        var hasSaid = false
        while true {
            do {
                return try await merge(terminal)
            } catch let error as ShotlistError where error.code == .outputInUse && ContinuousClock.now < end {
                if !hasSaid { terminal.say("Waiting for up to \(wait.formatted()) s: \(error.message)") }
                hasSaid = true
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func merge(_ terminal: Terminal) async throws -> MergeReport {
        let program = "shotlist \(shotlistVersion)"
        guard S3Location.isOne(output) else {
            guard workDir == nil else { throw InputOptions.workDirOfFolder(output) }
            return try await OutputMerge(outputPath: output, program: program).run()
        }
        let location = try S3Location(output)
        let bucket = try InputOptions.bucket(terminal)
        let merge = OutputMerge(
            location: location, bucket: bucket, workFolder: try workDir ?? WorkFolder.path(of: location),
            program: program,
            report: { event in
                switch event {
                case .warning(let text): terminal.say(text, level: .warning)
                case .note(let text): terminal.say(text)
                default: break
                }
            })
        let result: Result<MergeReport, any Error>
        do { result = .success(try await merge.run()) } catch { result = .failure(error) }
        await bucket.shutDown()
        return try result.get()
    }
}
