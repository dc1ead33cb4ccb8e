internal import CLibAV
import ShotlistCore

/// Turns decoded pictures as they are to be shown.
enum PictureTurner {
    /// `frame` turned, with everything else that it says of itself.
    ///
    /// - Returns: nil where its pixels are not 4:2:0 in 8 bits.
    /// - Throws: ``ShotlistError`` when there is no memory for it.
    static func turned(_ frame: DecodedFrame, _ orientation: Orientation) throws(ShotlistError) -> DecodedFrame? {
        let from = frame.pointer.pointee
        guard PixelRange.plain(AVPixelFormat(from.format)) == AV_PIX_FMT_YUV420P else { return nil }
        let result = try DecodedFrame()
        av_frame_copy_props(result.pointer, frame.pointer)
        let size = orientation.shown(frame.size)
        result.pointer.pointee.width = Int32(size.width)
        result.pointer.pointee.height = Int32(size.height)
        result.pointer.pointee.format = from.format
        guard av_frame_get_buffer(result.pointer, 0) >= 0 else { throw LibAVStatus.outOfMemory("A picture") }
        let to = result.pointer.pointee
        let planes = [
            (from.data.0, from.linesize.0, to.data.0, to.linesize.0, 1),
            (from.data.1, from.linesize.1, to.data.1, to.linesize.1, 2),
            (from.data.2, from.linesize.2, to.data.2, to.linesize.2, 2),
        ]
        for case (let source?, let sourceStride, let target?, let targetStride, let divisor) in planes {
            let plane = PixelSize(
                width: (size.width + divisor - 1) / divisor, height: (size.height + divisor - 1) / divisor)
            turn(source, Int(sourceStride), into: target, Int(targetStride), plane, orientation)
        }
        return result
    }

    /// Turns one plane; `size` is that of the turned one.
    private static func turn(
        _ source: UnsafePointer<UInt8>, _ sourceStride: Int, into target: UnsafeMutablePointer<UInt8>,
        _ targetStride: Int, _ size: PixelSize, _ orientation: Orientation
    ) {
        for y in 0..<size.height {
            let v = orientation.flippedY ? size.height - 1 - y : y
            let row = target + y * targetStride
            for x in 0..<size.width {
                let u = orientation.flippedX ? size.width - 1 - x : x
                let (column, line) = orientation.transposed ? (v, u) : (u, v)
                row[x] = source[line * sourceStride + column]
            }
        }
    }
}
