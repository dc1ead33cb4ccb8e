internal import CLibAV
import ShotlistCore

/// Scales pictures to the kind that WebP keeps: 8-bit 4:2:0 in BT.601's limited range.
///
/// Not for use by two threads at once.
final class YUVScaler {
    private var context: OpaquePointer?

    deinit { sws_freeContext(context) }

    /// Whether the picture's colours are WebP's, at most in another depth or resolution; those of another matrix or
    /// range must go through RGB.
    static func keepsColours(of frame: DecodedFrame) -> Bool {
        let picture = frame.pointer.pointee
        guard let format = av_pix_fmt_desc_get(AVPixelFormat(picture.format)),
            format.pointee.flags & UInt64(AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL) == 0,
            format.pointee.nb_components >= 3, !PixelRange.isFull(picture)
        else { return false }
        return [AVCOL_SPC_UNSPECIFIED, AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M].contains(picture.colorspace)
    }

    /// The picture at `size`, less its last column where that is odd.
    func scale(_ frame: DecodedFrame, to size: PixelSize) throws(ShotlistError) -> YUVFrame {
        let source = frame.pointer.pointee
        context = sws_getCachedContext(
            context, source.width, source.height, AVPixelFormat(source.format), Int32(size.width), Int32(size.height),
            AV_PIX_FMT_YUV420P, SWS_BICUBIC, nil, nil, nil)
        let scaled = try DecodedFrame()
        scaled.pointer.pointee.width = Int32(size.width)
        scaled.pointer.pointee.height = Int32(size.height)
        scaled.pointer.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        guard let context, av_frame_get_buffer(scaled.pointer, 0) >= 0 else { throw Self.failure }
        let matrix = sws_getCoefficients(SWS_CS_ITU601)
        sws_setColorspaceDetails(context, matrix, 0, matrix, 0, 0, 1 << 16, 1 << 16)
        guard sws_scale_frame(context, scaled.pointer, frame.pointer) >= 0 else { throw Self.failure }
        return copied(scaled.pointer.pointee, PixelSize(width: size.width & ~1, height: size.height))
    }

    /// The planes of `frame`, without padding and without what is beyond `size`.
    private func copied(_ frame: AVFrame, _ size: PixelSize) -> YUVFrame {
        let colour = PixelSize(width: (size.width + 1) / 2, height: (size.height + 1) / 2)
        let planes = [
            (frame.data.0, Int(frame.linesize.0), size), (frame.data.1, Int(frame.linesize.1), colour),
            (frame.data.2, Int(frame.linesize.2), colour),
        ]
        let bytes = [UInt8](unsafeUninitializedCapacity: YUVFrame.byteCount(of: size)) { output, count in
            guard var to = output.baseAddress else { return }
            for case (let from?, let stride, let size) in planes {
                for y in 0..<size.height {
                    to.update(from: from + y * stride, count: size.width)
                    to += size.width
                }
                count += size.area
            }
        }
        return YUVFrame(size: size, bytes: bytes)
    }

    private static var failure: ShotlistError {
        ShotlistError(
            .decodeFailed, "A decoded frame could not be made small for a preview.",
            remedy: "Convert the video to mp4 with yuv420p pixels.")
    }
}
