import Foundation
import ShotlistCore
import ShotlistMedia
import Synchronization

/// Draws an endlessly looping animated WebP of each window.
///
/// The parameters and their defaults are those of NeMo Curator's stage of this name. The pictures come from the
/// decode pass of the preparation stage. A preview that fails is said on the window and stops nothing.
public struct PreviewStage: WindowStage {
    public let name = "preview"
    /// Pictures for each second of video, above 0.
    public let targetFPS: Double
    /// The height of a picture in pixels; the width follows, even: less a column where it would be odd.
    public let targetHeight: Int
    /// 0 is lossless; 1 to 6 are lossy, higher is smaller and slower.
    public let compressionLevel: Int
    /// 0 to 100, higher is better and larger.
    public let quality: Int
    /// Threads to draw on; below 1 counts as 1.
    public let numCPUsPerWorker: Double
    /// Logs each window.
    public let verbose: Bool
    private let state = StageState<RunContext>()
    private let crew = Crew()

    /// How many windows are being drawn.
    private final class Crew: Sendable {
        let windows = Atomic<Int>(0)
    }

    /// Makes a stage.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a number out of range.
    public init(
        targetFPS: Double = 1.0, targetHeight: Int = 240, compressionLevel: Int = 6, quality: Int = 50,
        numCPUsPerWorker: Double = 4.0, verbose: Bool = false
    ) throws(ShotlistError) {
        func check(_ isGood: Bool, _ message: String, _ remedy: String) throws(ShotlistError) {
            guard isGood else { throw ShotlistError(.invalidArgument, message, remedy: remedy) }
        }
        try check(
            targetFPS > 0 && targetFPS <= 1000, "A preview of \(targetFPS) pictures a second cannot be drawn.",
            "Give a number above 0, at most 1000; 1 is the default.")
        try check(
            (2...8192).contains(targetHeight), "A preview cannot be \(targetHeight) pixels high.",
            "Give 2 to 8192; 240 is the default.")
        try check(
            (0...6).contains(compressionLevel), "There is no compression level \(compressionLevel).",
            "Give 0 (lossless) to 6 (smallest).")
        try check((0...100).contains(quality), "There is no quality \(quality).", "Give 0 to 100.")
        try check(
            numCPUsPerWorker > 0 && numCPUsPerWorker.isFinite, "A preview cannot be drawn on \(numCPUsPerWorker) CPUs.",
            "Give a number above 0; 4 is the default.")
        self.targetFPS = targetFPS
        self.targetHeight = targetHeight
        self.compressionLevel = compressionLevel
        self.quality = quality
        self.numCPUsPerWorker = numCPUsPerWorker
        self.verbose = verbose
    }

    /// One window on each of the CPUs, as far as there are any.
    public var concurrency: Int {
        Int(max(1, min(numCPUsPerWorker, Double(ProcessInfo.processInfo.activeProcessorCount))))
    }

    /// What the decode pass is to keep for this stage.
    public var plan: PreviewPlan {
        PreviewPlan(targetFPS: targetFPS, targetHeight: targetHeight, isLossless: compressionLevel == 0)
    }

    public func setUp(_ context: RunContext) async throws {
        state.set(context)
    }

    public func process(_ window: inout Window, of clip: Clip) async throws {
        guard let context = state.value, let preview = window.previewFrames else { return }
        window.previewFrames = nil
        do {
            let metrics = context.metrics
            window.webpBytes = try await context.pool.run { [quality, compressionLevel, concurrency, crew] in
                let windows = crew.windows.add(1, ordering: .relaxed).newValue
                defer { crew.windows.subtract(1, ordering: .relaxed) }
                // CPUs that no other window uses draw pictures of this one.
                return try metrics.previewSeconds.measure {
                    try WebPEncoder.encode(
                        preview, quality: quality, compressionLevel: compressionLevel,
                        threads: max(1, concurrency / windows))
                }
            }
            guard verbose, let bytes = window.webpBytes else { return }
            let size = "\(preview.frames.count) pictures, \(bytes.count) bytes"
            context.logger.info(
                "clip \(clip.name) window \(window.range): preview of \(size)",
                metadata: ["trace_id": "\(window.traceID)"])
        } catch let error as ShotlistError {
            window.previewReason = WindowReason(error)
            context.report(.warning("No preview of window \(window.range) of clip \(clip.name): \(error)"))
        }
    }

    /// What to say of a video whose previews will look poor; nil when they will not.
    func warning(for video: Video) -> String? {
        let (metadata, path) = (video.metadata, video.inputPath)
        if metadata.framerate < targetFPS {
            return "'\(path)' has \(metadata.framerate) frames a second, fewer than the \(targetFPS) asked of "
                + "previews; they will repeat frames."
        }
        if metadata.height < targetHeight {
            return "'\(path)' is \(metadata.height) pixels high, less than the \(targetHeight) asked of previews; "
                + "they will be blurred."
        }
        return nil
    }
}
