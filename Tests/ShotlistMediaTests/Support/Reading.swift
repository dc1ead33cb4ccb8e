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
            path: path, timeline: timeline, clipFrames: first..<timeline.count, windows: [window], threads: threads,
            decoder: .cpu)
        let decoded = try reader.next()
        return (decoded?.modelFrames ?? [], decoded?.missingFrames ?? [])
    }

    /// When each frame is shown by the file's own clock, in microseconds, rounded down.
    static func microseconds(_ timeline: FrameTimeline) -> [Int64] {
        let (numerator, denominator) = (Double(timeline.timeBase.numerator), Double(timeline.timeBase.denominator))
        return timeline.timestamps.map {
            Int64((Double($0) * numerator * 1_000_000 / denominator).rounded(.down))
        }
    }

    /// Whether frames are the same; a test that fails does not print their bytes.
    static func same(_ a: [RGBFrame], _ b: [RGBFrame]) -> Bool { a == b }

    /// The mean absolute difference of two frames' values; infinite when their sizes differ.
    static func difference(_ a: RGBFrame, _ b: RGBFrame) -> Double {
        guard a.size == b.size else { return .infinity }
        let sum = a.bytes.withUnsafeBufferPointer { a in
            b.bytes.withUnsafeBufferPointer { b in
                a.indices.reduce(0) { $0 + abs(Int(a[$1]) - Int(b[$1])) }
            }
        }
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

    /// The frame turned clockwise by 0, 90, 180 or 270 degrees.
    static func turned(_ frame: RGBFrame, by degrees: Int) -> RGBFrame {
        (0..<degrees / 90).reduce(frame) { frame, _ in
            let size = PixelSize(width: frame.size.height, height: frame.size.width)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(frame.bytes.count)
            // The left column, from the bottom up, becomes the first row.
            for column in 0..<frame.size.width {
                for row in (0..<frame.size.height).reversed() {
                    let pixel = (row * frame.size.width + column) * 3
                    bytes += frame.bytes[pixel..<pixel + 3]
                }
            }
            return RGBFrame(size: size, bytes: bytes)
        }
    }
}
