import ArgumentParser
import ShotlistCore
import ShotlistPipeline

/// How previews look.
struct PreviewOptions: ParsableArguments {
    @Option(
        name: .customLong("preview-target-fps"), parsing: .unconditional, help: "Pictures for each second of video.")
    var previewTargetFPS = 1.0

    @Option(parsing: .unconditional, help: "The height of a preview in pixels.")
    var previewTargetHeight = 240

    @Option(parsing: .unconditional, help: "0 (lossless) to 6 (smallest).")
    var previewCompressionLevel = 6

    @Option(parsing: .unconditional, help: "0 to 100, higher is better and larger.")
    var previewQuality = 50

    /// The stage that draws previews on `threads` threads.
    func stage(threads: Int, verbose: Bool) throws(ShotlistError) -> PreviewStage {
        try PreviewStage(
            targetFPS: previewTargetFPS, targetHeight: previewTargetHeight,
            compressionLevel: previewCompressionLevel, quality: previewQuality,
            numCPUsPerWorker: Double(threads), verbose: verbose)
    }
}
