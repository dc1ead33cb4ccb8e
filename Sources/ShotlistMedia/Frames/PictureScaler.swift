internal import CLibAV
import ShotlistCore

/// Brings pictures to 8-bit 4:2:0 of one size. Not for use by two threads at once.
final class PictureScaler {
    private let size: PixelSize
    private var scaler: OpaquePointer?

    /// A scaler to `size`, both sides even.
    init(to size: PixelSize) {
        self.size = size
    }

    deinit { sws_freeContext(scaler) }

    /// A picture of its own that shows `frame` in the scaler's size, with everything else that it says of itself.
    ///
    /// - Throws: ``ShotlistError`` (`encode_failed`) for pixels that cannot be converted.
    func scaled(_ frame: DecodedFrame) throws(ShotlistError) -> DecodedFrame {
        let result = try blank(like: frame)
        let source = frame.pointer.pointee
        scaler = sws_getCachedContext(
            scaler, source.width, source.height, AVPixelFormat(source.format), Int32(size.width),
            Int32(size.height), AV_PIX_FMT_YUV420P, SWS_BICUBIC, nil, nil, nil)
        guard let scaler else { throw Self.unsupported }
        let matrix = sws_getCoefficients(Int32(source.colorspace.rawValue))
        let range: Int32 = source.color_range == AVCOL_RANGE_JPEG ? 1 : 0
        sws_setColorspaceDetails(scaler, matrix, range, matrix, range, 0, 1 << 16, 1 << 16)
        guard sws_scale_frame(scaler, result.pointer, frame.pointer) >= 0 else { throw Self.unsupported }
        return result
    }

    private func blank(like frame: DecodedFrame) throws(ShotlistError) -> DecodedFrame {
        let blank = try DecodedFrame()
        av_frame_copy_props(blank.pointer, frame.pointer)
        blank.pointer.pointee.width = Int32(size.width)
        blank.pointer.pointee.height = Int32(size.height)
        blank.pointer.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        guard av_frame_get_buffer(blank.pointer, 0) >= 0 else { throw LibAVStatus.outOfMemory("A clip") }
        return blank
    }

    /// The error for pixels that no encoder here can be given.
    static let unsupported = ShotlistError(
        .encodeFailed, "A clip cannot be encoded: its pixel format cannot be turned into yuv420p.",
        remedy: "Use the encoder `copy`, or convert the video to mp4 with yuv420p pixels.")
}
