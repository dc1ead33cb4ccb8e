import Foundation
import ShotlistCore
import ShotlistMedia

/// What is done to one clip: windows, sampled frames, the windows' own mp4 bytes and previews, as NeMo Curator's
/// quickstart sets them.
struct ClipWork {
    /// Seconds spent on a clip, by what they were spent on.
    struct Spent {
        var windows = 0
        var prepare = 0.0
        var preview = 0.0
    }

    /// Threads for decoding and for drawing.
    let threads: Int
    /// Resizes frames to the size at which Qwen2.5-VL sees them, which NeMo Curator's functions leave for later.
    let resizes: Bool

    private static let previewFPS = 1.0
    private static let previewHeight = 240

    func run(clip path: String) throws -> Spent {
        let clock = ContinuousClock()
        var spent = Spent()
        var mark = clock.now
        func lap() -> Double {
            defer { mark = clock.now }
            return (clock.now - mark) / .seconds(1)
        }

        let probed = try MediaProbe.probe(path: path)
        let (video, timeline) = (probed.metadata, probed.timeline)
        let ranges = try WindowPlan(windowSize: 256, remainderThreshold: 128).windows(totalFrames: timeline.count)
        let shots = ranges.map { Self.shots(of: $0, in: timeline) }
        let needs = try zip(ranges, shots).map { range, shots in
            let frames = try SamplingPlan(samplingFPS: 2).frameIndices(of: range, videoFPS: video.framerate)
            return WindowNeeds(
                range: range, modelFrames: frames,
                modelSize: resizes ? try ResizePlan().size(for: video.size, frames: frames.count) : nil,
                previewFrames: shots, previewHeight: Self.previewHeight)
        }
        let reader = try WindowReader(
            path: path, timeline: timeline, clipFrames: 0..<timeline.count, windows: needs, threads: threads)
        for range in ranges {
            guard let decoded = try reader.next() else { break }
            let prepared = decoded.modelFrames.map { PreparedFrame($0, dtype: .float16) }
            // A clip of one window is that window's file, for us as for them.
            let bytes =
                ranges.count == 1
                ? try Data(contentsOf: URL(filePath: path))
                : try ClipCutter.windowMP4(source: path, timeline: timeline, frames: range.start..<range.end + 1)
            precondition(!prepared.isEmpty && !bytes.isEmpty, "a window came out empty")
            spent.prepare += lap()
            let preview = PreviewFrames(
                frames: decoded.previewFrames,
                durations: Array(repeating: Int(1000 / Self.previewFPS), count: decoded.previewFrames.count))
            let webp = try WebPEncoder.encode(preview, quality: 50, compressionLevel: 6, threads: threads)
            precondition(!webp.isEmpty, "a preview came out empty")
            spent.preview += lap()
            spent.windows += 1
        }
        spent.prepare += lap()
        return spent
    }

    /// The frames on the screen at each whole second of the window.
    private static func shots(of window: FrameRange, in timeline: FrameTimeline) -> [Int] {
        let start = timeline.time(of: window.start)
        let end = window.end + 1 < timeline.count ? timeline.time(of: window.end + 1) : timeline.duration
        let count = max(1, Int(((end - start) * previewFPS).rounded()))
        return (0..<count).map { min(timeline.frame(at: start + Double($0) / previewFPS), window.end) }
    }
}
