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

    @Argument(help: "The output folder that all of them wrote below.")
    var output: String

    func run() async throws {
        try await Ending.of {
            guard !S3Location.isOne(output) else {
                throw ShotlistError(
                    .notAvailable, "'\(output)' is in a bucket, and only outputs on a disk are merged in this release.",
                    remedy: "Give all shards an output on a folder that they share.")
            }
            OpenFiles.allowMany()
            let report = try await OutputMerge(outputPath: output, program: "shotlist \(shotlistVersion)").run()
            var parts: [String] = []
            if report.shards > 0 { parts.append("\(report.shards) shards") }
            if report.workers > 0 { parts.append("\(report.workers) workers") }
            print("merged    \(parts.joined(separator: ", ")); records of \(report.written) videos written")
            print(SummaryText.of(report.summary, outputPath: output))
            return Ending.code(of: report.summary)
        }
    }
}
