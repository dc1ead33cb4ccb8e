import ArgumentParser
import ShotlistCore
import ShotlistExport

/// What is handed over of clips.
struct ExportClipOptions: ParsableArguments {
    @Option(
        help: """
            How clips get there that stay as they are: \
            \(ClipPlacement.allCases.map(\.rawValue).joined(separator: ", ")). \
            With none there are no clips, only words (jsonl, csv, parquet).
            """)
    var clips = ClipPlacement.hardlink

    @Option(help: "How many frames a clip may have: 4n+1 or 8n+1. The last ones are left out.")
    var frames: FrameRule?

    @Option(parsing: .unconditional, help: "Frames a second, such as 16 or 24.")
    var fps: Int?

    @Option(parsing: .unconditional, help: "What both sides are to be a multiple of, such as 16 or 32.")
    var sides: Int?

    @Option(help: "The picture's size, such as 832x480: scaled to fill it, cut around the middle, never made larger.")
    var resolution: String?

    /// What clips must be like.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`).
    func needs() throws(ShotlistError) -> ClipNeeds {
        guard let resolution else { return try ClipNeeds(frames: frames, fps: fps, sides: sides) }
        return try ClipNeeds(
            frames: frames, fps: fps, sides: sides, resolution: PixelSizeText.size(resolution, "--resolution"))
    }
}

extension ClipPlacement: ExpressibleByArgument {}
extension FrameRule: ExpressibleByArgument {}
extension ExportFormat: ExpressibleByArgument {}
