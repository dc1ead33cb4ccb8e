import Foundation
import ShotlistCore
import ShotlistMedia

/// Short ways to read files in tests.
enum Reading {
    /// The frames of `path` at `indices` of a clip that begins at `first`, in their own size.
    static func frames(
        of path: String, from first: Int, _ indices: [Int], threads: Int = 2
    ) throws -> (frames: [RGBFrame], missing: [Int]) {
        let timeline = try MediaProbe.probe(path: path).timeline
        let window = WindowNeeds(
            range: FrameRange(start: 0, end: max(0, timeline.count - first - 1)), modelFrames: indices, modelSize: nil,
            previewFrames: [], previewHeight: nil)
        let reader = try WindowReader(
            path: path, timeline: timeline, clipFrames: first..<timeline.count, windows: [window], threads: threads)
        let decoded = try reader.next()
        return (decoded?.modelFrames ?? [], decoded?.missingFrames ?? [])
    }

    /// Whether frames are the same; a test that fails does not print their bytes.
    static func same(_ a: [RGBFrame], _ b: [RGBFrame]) -> Bool { a == b }

    /// The mean absolute difference of two frames' values; infinite when their sizes differ.
    static func difference(_ a: RGBFrame, _ b: RGBFrame) -> Double {
        guard a.size == b.size else { return .infinity }
        var sum = 0
        for index in a.bytes.indices { sum += abs(Int(a.bytes[index]) - Int(b.bytes[index])) }
        return Double(sum) / Double(a.bytes.count)
    }

    /// The part of a frame that is left when last columns and rows are cut off.
    static func cropped(_ frame: RGBFrame, to size: PixelSize) -> RGBFrame {
        var bytes: [UInt8] = []
        for y in 0..<size.height {
            let row = y * frame.size.width * 3
            bytes += frame.bytes[row..<row + size.width * 3]
        }
        return RGBFrame(size: size, bytes: bytes)
    }
}
