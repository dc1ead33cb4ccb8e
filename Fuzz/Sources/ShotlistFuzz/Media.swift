import Foundation
import ShotlistCore
import ShotlistMedia

/// The door that media go through: probing, then decoding a window with frames for the model and for a preview.
///
/// libav's own code has no counters in Debian's packages: libFuzzer sees which way our code took, and not libav's.
enum Media {
    /// Low limits: what is larger is refused, and a call takes milliseconds.
    private static let limits: MediaLimits = {
        var limits = MediaLimits()
        limits.pixels = 1 << 18
        limits.frameBytes = 4 << 20
        limits.frames = 1000
        limits.indexBytes = 8 << 20
        limits.probeBytes = 1 << 20
        limits.probePackets = 1000
        limits.emptyPackets = 10_000
        limits.undecodedPackets = 200
        return limits
    }()

    @Sendable static func read(_ bytes: Data) {
        Scratch.file("video", bytes) { path in
            attempt {
                let (metadata, timeline, _) = try MediaProbe.probe(path: path, limits: limits)
                expect(metadata.numFrames == timeline.count, "the frames that are told are those of the timeline")
                expect(timeline.duration >= 0, "a video lasts no less than nothing")
                try readWindows(path, timeline)
            }
        }
    }

    private static func readWindows(_ path: String, _ timeline: FrameTimeline) throws {
        // From the middle on, so that it seeks, and then from the beginning.
        for first in Set([timeline.count / 2, 0]) {
            let count = min(8, timeline.count - first)
            guard count > 0 else { continue }
            let needs = WindowNeeds(
                range: FrameRange(start: 0, end: count - 1), modelFrames: Array(0..<count),
                modelSize: PixelSize(width: 56, height: 28), previewFrames: [0], previewHeight: 32, previewInRGB: false)
            let reader = try WindowReader(
                path: path, timeline: timeline, clipFrames: first..<timeline.count, windows: [needs], threads: 1,
                limits: limits)
            let window = try reader.next()
            let given = (window?.modelFrames.count ?? 0) + (window?.missingFrames.count ?? count)
            expect(given == count, "every frame is given or missing")
        }
    }
}
