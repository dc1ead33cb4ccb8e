import Foundation
import ShotlistCore

/// Writes clips, previews and records in NeMo Curator's layout. `docs/output.md` describes every file.
public struct ClipWriterStage: SinkStage {
    public let name = "clip_writer"
    /// The folder that everything is written below.
    public let outputPath: String
    /// Whether clips' files are kept.
    public let uploadClips: Bool
    /// Writes nothing at all.
    public let dryRun: Bool
    private let state = StageState<RunContext>()

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - outputPath: the folder to write below; made if missing.
    ///   - uploadClips: keeps the clips' files; the name is NeMo Curator's.
    ///   - dryRun: writes nothing at all.
    public init(outputPath: String, uploadClips: Bool = true, dryRun: Bool = false) {
        self.outputPath = outputPath
        self.uploadClips = uploadClips
        self.dryRun = dryRun
    }

    /// Where files wait that are not whole yet; nil for the system's own place.
    public var stagingFolder: URL? {
        dryRun ? nil : URL(filePath: Self.join(outputPath, ".shotlist/staging"), directoryHint: .isDirectory)
    }

    public func setUp(_ context: RunContext) async throws {
        state.set(context)
        guard !dryRun else { return }
        try AtomicFile.makeFolder(outputPath)
        guard FileManager.default.isWritableFile(atPath: outputPath) else {
            throw ShotlistError(
                .outputInvalid, "The output folder '\(outputPath)' cannot be written to.",
                remedy: "Give yourself the right to write there, or give another output path.")
        }
        for folder in [
            Self.outputPathClips(outputPath), Self.outputPathPreviews(outputPath), Self.outputPathMetas(outputPath),
            Self.outputPathProcessedVideos(outputPath), Self.outputPathProcessedClipChunks(outputPath),
        ] {
            try AtomicFile.checkFolder(folder)
        }
    }

    public func take(_ window: inout Window, of clip: Clip) async throws {
        guard let webp = window.webpBytes else { return }
        window.webpBytes = nil
        let folder = Self.outputPathPreviews(outputPath) + "/" + clip.name
        try await write(webp, to: "\(folder)/\(window.range).webp")
    }

    public func take(_ clip: FinishedClip) async throws {
        let path = Self.clipPath(outputPath, clip.clip)
        if let encoded = clip.clip.encoded {
            if uploadClips, !dryRun, let context = state.value {
                try await context.pool.run { try AtomicFile.place(encoded.file.path, at: path) }
            } else {
                // A staged file that cannot be removed goes with the staging folder at the end of the run.
                try? FileManager.default.removeItem(at: encoded.file)
            }
        }
        let record = ClipMeta(clip, location: path).record
        try await write(record.data, to: "\(Self.outputPathMetas(outputPath))/\(clip.clip.name).json")
    }

    public func take(_ video: FinishedVideo) async throws {
        guard let probed = video.video else { return }
        let chunks = VideoMeta.chunks(of: video.clips)
        let record = VideoMeta(probed, clips: video.clips.count, chunks: chunks.count).record
        let folder = Self.outputPathProcessedVideos(outputPath)
        try await write(record.data, to: "\(folder)/\(probed.relativePath).json")
        for (index, chunk) in chunks.enumerated() {
            let record = ChunkMeta(video: probed.inputPath, index: index, clips: chunk).record
            let folder = Self.outputPathProcessedClipChunks(outputPath)
            try await write(record.data, to: "\(folder)/\(probed.relativePath)_\(index).json")
        }
    }

    public func take(_ summary: RunSummary) async throws {
        try await write(summary.record.data, to: Self.join(outputPath, "summary.json"))
    }

    private func write(_ data: Data, to path: String) async throws {
        guard !dryRun, let context = state.value else { return }
        try await context.pool.run { try AtomicFile.write(data, to: path) }
    }
}
