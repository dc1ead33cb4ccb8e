import ShotlistCore
import ShotlistMedia
import ShotlistPipeline

/// A file as one clip, for the commands that look at a single file.
struct WholeFile {
    let video: Video
    let clip: Clip

    /// Probes the file. Blocks.
    init(_ path: String, limits: MediaLimits) throws(ShotlistError) {
        let probed = try MediaProbe.probe(path: path, limits: limits)
        video = Video(
            inputPath: path, relativePath: path, metadata: probed.metadata, timeline: probed.timeline,
            warnings: probed.warnings)
        guard let clip = WholeVideoStage().clips(of: video).first else {
            throw ShotlistError(.noFrames, "'\(path)' has no frames.", remedy: "Fetch the file again.")
        }
        self.clip = clip
    }

    /// The file's windows.
    ///
    /// - Throws: ``ShotlistError`` (`too_few_frames`) when there are none.
    func windows(_ plan: WindowPlan) throws(ShotlistError) -> [FrameRange] {
        let windows = plan.windows(totalFrames: clip.frames.count)
        guard !windows.isEmpty else {
            throw ShotlistError(
                .tooFewFrames, "'\(video.inputPath)' has \(clip.frames.count) frame(s), too few for a window.",
                remedy: "A window needs 4 frames.")
        }
        return windows
    }
}
