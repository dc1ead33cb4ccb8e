internal import CLibAV
import ShotlistCore

/// How the stored picture is turned and mirrored to be shown.
struct Orientation: Sendable, Hashable {
    /// Rows become columns.
    var transposed = false
    /// Then left and right change places.
    var flippedX = false
    /// And top and bottom.
    var flippedY = false

    /// Shown as stored.
    static let upright = Orientation()

    /// Reads the stream's display matrix; upright when there is none.
    init(_ stream: UnsafeMutablePointer<AVStream>) {
        guard let bytes = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, nil) else { return }
        let m = UnsafeRawPointer(bytes).assumingMemoryBound(to: Int32.self)
        // The matrix maps a stored point (x, y) to (a x + c y, b x + d y), y downwards.
        let (a, b, c, d) = (Int64(m[0]), Int64(m[1]), Int64(m[3]), Int64(m[4]))
        transposed = abs(b) > abs(a) && abs(c) > abs(d)
        flippedX = (transposed ? c : a) < 0
        flippedY = (transposed ? b : d) < 0
    }

    private init() {}

    /// Clockwise degrees for a picture that is not mirrored; a mirrored one counts by its turn alone.
    var clockwiseDegrees: Int {
        switch (transposed, flippedX, flippedY) {
        case (false, true, true), (false, false, true): 180
        case (false, _, _): 0
        case (true, true, _): 90
        case (true, false, _): 270
        }
    }

    /// The size as shown of a picture stored in `size`.
    func shown(_ size: PixelSize) -> PixelSize {
        transposed ? PixelSize(width: size.height, height: size.width) : size
    }

    /// `frame` as it is shown.
    func apply(_ frame: RGBFrame) -> RGBFrame {
        guard self != .upright else { return frame }
        let size = shown(frame.size)
        let bytes = [UInt8](unsafeUninitializedCapacity: size.area * 3) { output, count in
            frame.bytes.withUnsafeBufferPointer { input in
                for y in 0..<size.height {
                    let v = flippedY ? size.height - 1 - y : y
                    for x in 0..<size.width {
                        let u = flippedX ? size.width - 1 - x : x
                        let (column, row) = transposed ? (v, u) : (u, v)
                        let from = (row * frame.size.width + column) * 3
                        let to = (y * size.width + x) * 3
                        output[to] = input[from]
                        output[to + 1] = input[from + 1]
                        output[to + 2] = input[from + 2]
                    }
                }
            }
            count = size.area * 3
        }
        return RGBFrame(size: size, bytes: bytes)
    }
}
