internal import CLibAV
import ShotlistCore

/// Scales pictures to the kind that WebP keeps: 8-bit 4:2:0 in BT.601's limited range.
///
/// Not for use by two threads at once.
final class YUVScaler {
    private var context: OpaquePointer?
    /// What the context is for.
    private var kind: Kind?

    private struct Kind: Equatable {
        let source: PixelSize
        let format: AVPixelFormat
        let isFull: Bool
        let size: PixelSize
    }

    deinit { sws_freeContext(context) }

    /// Whether the picture's colours are WebP's, at most in another depth, resolution or range; those of another matrix
    /// must go through RGB.
    static func keepsColours(of frame: DecodedFrame) -> Bool {
        let picture = frame.pointer.pointee
        guard let format = av_pix_fmt_desc_get(AVPixelFormat(picture.format)),
            format.pointee.flags & UInt64(AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL) == 0,
            format.pointee.nb_components >= 3
        else { return false }
        return [AVCOL_SPC_UNSPECIFIED, AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M].contains(picture.colorspace)
    }

    /// The picture at `size`, upright, less its last column where that is odd.
    func scale(_ frame: DecodedFrame, to size: PixelSize) throws(ShotlistError) -> YUVFrame {
        let context = try context(for: frame.pointer.pointee, to: size)
        let scaled = try DecodedFrame()
        scaled.pointer.pointee.width = Int32(size.width)
        scaled.pointer.pointee.height = Int32(size.height)
        scaled.pointer.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        guard av_frame_get_buffer(scaled.pointer, 0) >= 0 else { throw Self.failure }
        guard sws_scale_frame(context, scaled.pointer, frame.pointer) >= 0 else { throw Self.failure }
        return copied(scaled.pointer.pointee, PixelSize(width: size.width & ~1, height: size.height))
    }

    /// What scales such pictures; kept for the next. The range must be known before swscale chooses its ways: of pictures
    /// that keep their size it would otherwise only copy the values.
    private func context(for picture: AVFrame, to size: PixelSize) throws(ShotlistError) -> OpaquePointer {
        let kind = Kind(
            source: PixelSize(width: Int(picture.width), height: Int(picture.height)),
            format: PixelRange.plain(AVPixelFormat(picture.format)), isFull: PixelRange.isFull(picture), size: size)
        if kind == self.kind, let context { return context }
        sws_freeContext(context)
        (context, self.kind) = (nil, nil)
        guard let fresh = sws_alloc_context() else { throw Self.failure }
        let options: [(String, Int64)] = [
            ("srcw", Int64(kind.source.width)), ("srch", Int64(kind.source.height)),
            ("src_format", Int64(kind.format.rawValue)), ("src_range", kind.isFull ? 1 : 0),
            ("dstw", Int64(size.width)), ("dsth", Int64(size.height)),
            ("dst_format", Int64(AV_PIX_FMT_YUV420P.rawValue)), ("dst_range", 0), ("sws_flags", Int64(SWS_BICUBIC)),
        ]
        let isSet = options.allSatisfy { av_opt_set_int(UnsafeMutableRawPointer(fresh), $0.0, $0.1, 0) >= 0 }
        guard isSet, sws_init_context(fresh, nil, nil) >= 0 else {
            sws_freeContext(fresh)
            throw Self.failure
        }
        let matrix = sws_getCoefficients(SWS_CS_ITU601)
        sws_setColorspaceDetails(fresh, matrix, kind.isFull ? 1 : 0, matrix, 0, 0, 1 << 16, 1 << 16)
        (context, self.kind) = (fresh, kind)
        return fresh
    }

    /// The planes of `frame`, without padding and without what is beyond `size`.
    private func copied(_ frame: AVFrame, _ size: PixelSize) -> YUVFrame {
        let colour = PixelSize(width: size.width.parts(2), height: size.height.parts(2))
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

extension Int {
    /// How many pieces of `size` cover so many.
    fileprivate func parts(_ size: Int) -> Int { (self + size - 1) / size }
}
