import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistExport

/// What is handed over, and in which form.
struct ExportOptions: ParsableArguments {
    @Option(help: "The form: \(ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format: ExportFormat

    @Option(
        help: """
            The folder to write; it is not there yet, or empty. Subtitles are put beside the videos when it is left out.
            """)
    var to: String?

    @Option(
        help: """
            The words of a clip, with fields in braces: \
            \(CaptionTemplate.Field.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")), {named:NAME}. \
            The default is {caption}: a person's, else the enhanced one, else the last pass's.
            """)
    var template: String?

    @Option(help: "The words of {trigger}. Without --template they are put before the caption.")
    var trigger: String?

    @Option(parsing: .unconditional, help: "The share of source videos to keep for validation, such as 0.1.")
    var validationShare: Double?

    @Option(parsing: .unconditional, help: "Another number chooses other videos for validation.")
    var seed = 0

    @Option(parsing: .unconditional, help: "The most clips in a tar file (webdataset).")
    var shardClips = ShardLimits.usual.clips

    @Option(help: "The most bytes in a tar file, such as 500M (webdataset).")
    var shardSize = "1G"

    @Flag(
        inversion: .prefixedNo,
        help: "Whether rows name clips by their whole paths (jsonl, csv, parquet, musubi-jsonl). musubi-jsonl does.")
    var wholePaths: Bool?

    @Flag(help: "Put an apostrophe before cells of CSV that a spreadsheet would compute.")
    var escapeFormulas = false

    @Flag(help: "Write over subtitles beside the videos that have other words.")
    var replace = false

    @Flag(help: "Say what would be exported and what left out, and write nothing.")
    var dryRun = false

    @Option(parsing: .unconditional, help: "Threads to work on; all cores when left out.")
    var threads: Int?

    /// The settings, but for clips and what a file may ask for.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`).
    func settings() throws(ShotlistError) -> ExportSettings {
        var settings = ExportSettings(format)
        if let template {
            settings.template = try CaptionTemplate(template, trigger: trigger ?? "")
        } else if let trigger {
            settings.template = try CaptionTemplate("{trigger} {caption}", trigger: trigger)
        }
        if let validationShare { settings.validation = try ValidationSplit(share: validationShare, seed: seed) }
        settings.shards = try ShardLimits(
            clips: shardClips, bytes: try ByteSize.bytes(shardSize, of: "--shard-size"))
        if let wholePaths { settings.hasWholePaths = wholePaths }
        settings.escapesFormulas = escapeFormulas
        settings.threads = try MachineOptions.count(threads)
        settings.program = "shotlist \(shotlistVersion)"
        guard to != nil || format.isSubtitles || dryRun else {
            throw ShotlistError(
                .invalidArgument, "An export in the form \(format.rawValue) needs a folder.",
                remedy: "Give --to the name of a new folder.")
        }
        return settings
    }
}
