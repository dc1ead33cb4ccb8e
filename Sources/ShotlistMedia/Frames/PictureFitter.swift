internal import CLibAV
import ShotlistCore

/// Makes decoded pictures fit for an encoder: 8-bit 4:2:0 of standard range, upright, of even width and height.
///
/// A last column or row that makes a side odd is cut off; nothing is scaled unless the picture's size changes in the
/// middle of the video. Not for use by two threads at once.
final class PictureFitter {
    /// The size of the fitted pictures.
    let size: PixelSize
    private let orientation: Orientation
    private let stored: PixelSize
    private var scaler: OpaquePointer?

    /// A fitter for pictures stored in the size `stored`.
    init(stored: PixelSize, orientation: Orientation) {
        self.stored = PixelSize(width: max(2, stored.width & ~1), height: max(2, stored.height & ~1))
        self.orientation = orientation
        size = orientation.shown(self.stored)
    }

    deinit { sws_freeContext(scaler) }

    /// `frame` fitted; its own pixels are used where they fit already, and its size, kind and time are changed: it must
    /// be nobody else's.
    func fit(_ frame: DecodedFrame) throws(ShotlistError) -> DecodedFrame {
        // A single column or row cannot be cut off; it is scaled, since there is nothing beside it to read.
        if frame.pointer.pointee.width > 1 { frame.pointer.pointee.width &= ~1 }
        if frame.pointer.pointee.height > 1 { frame.pointer.pointee.height &= ~1 }
        let frame = try ToneMapping.inStandardRange(frame, for: .video)
        let format = AVPixelFormat(frame.pointer.pointee.format)
        let isPlain = format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUVJ420P
        let picture = isPlain && frame.size == stored ? frame : try converted(frame)
        let fitted = orientation == .upright ? picture : try turned(picture)
        // The encoder chooses anew which pictures are key frames.
        fitted.pointer.pointee.pict_type = AV_PICTURE_TYPE_NONE
        fitted.pointer.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        return fitted
    }

    private func blank(_ size: PixelSize, like frame: DecodedFrame) throws(ShotlistError) -> DecodedFrame {
        let blank = try DecodedFrame()
        av_frame_copy_props(blank.pointer, frame.pointer)
        blank.pointer.pointee.width = Int32(size.width)
        blank.pointer.pointee.height = Int32(size.height)
        blank.pointer.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        guard av_frame_get_buffer(blank.pointer, 0) >= 0 else { throw LibAVStatus.outOfMemory("A clip") }
        return blank
    }

    private func converted(_ frame: DecodedFrame) throws(ShotlistError) -> DecodedFrame {
        let result = try blank(stored, like: frame)
        let source = frame.pointer.pointee
        scaler = sws_getCachedContext(
            scaler, source.width, source.height, AVPixelFormat(source.format), Int32(stored.width),
            Int32(stored.height), AV_PIX_FMT_YUV420P, SWS_BICUBIC, nil, nil, nil)
        guard let scaler else { throw Self.unsupported }
        let matrix = sws_getCoefficients(Int32(source.colorspace.rawValue))
        let range: Int32 = source.color_range == AVCOL_RANGE_JPEG ? 1 : 0
        sws_setColorspaceDetails(scaler, matrix, range, matrix, range, 0, 1 << 16, 1 << 16)
        guard sws_scale_frame(scaler, result.pointer, frame.pointer) >= 0 else { throw Self.unsupported }
        return result
    }

    private func turned(_ picture: DecodedFrame) throws(ShotlistError) -> DecodedFrame {
        guard let turned = try PictureTurner.turned(picture, orientation) else { throw Self.unsupported }
        return turned
    }

    private static let unsupported = ShotlistError(
        .encodeFailed, "A clip cannot be encoded: its pixel format cannot be turned into yuv420p.",
        remedy: "Use the encoder `copy`, or convert the video to mp4 with yuv420p pixels.")
}
