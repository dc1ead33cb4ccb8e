import ShotlistCore

/// Takes each video as one clip (`--splitting-algorithm none`).
public struct WholeVideoStage: SplittingStage {
    public let name = "whole_video"

    /// Makes a stage.
    public init() {}

    public func clips(of video: Video) -> [Clip] {
        guard video.timeline.count > 0 else { return [] }
        let id = ClipID.make(inputPath: video.inputPath, startFrame: 0, endFrame: video.timeline.count)
        return [
            Clip(
                id: id, video: video, span: ClipSpan(start: 0, end: video.metadata.duration),
                frames: 0..<video.timeline.count, index: 0, clipsInVideo: 1)
        ]
    }
}
