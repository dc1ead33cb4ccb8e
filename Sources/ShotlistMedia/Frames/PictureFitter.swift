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
    private let scaler: PictureScaler

    /// A fitter for pictures stored in the size `stored`.
    init(stored: PixelSize, orientation: Orientation) {
        self.stored = PixelSize(width: max(2, stored.width & ~1), height: max(2, stored.height & ~1))
        self.orientation = orientation
        size = orientation.shown(self.stored)
        scaler = PictureScaler(to: self.stored)
    }

    /// `frame` fitted; its own pixels are used where they fit already, and its size, kind and time are changed: it must
    /// be nobody else's.
    func fit(_ frame: DecodedFrame) throws(ShotlistError) -> DecodedFrame {
        // A single column or row cannot be cut off; it is scaled, since there is nothing beside it to read.
        if frame.pointer.pointee.width > 1 { frame.pointer.pointee.width &= ~1 }
        if frame.pointer.pointee.height > 1 { frame.pointer.pointee.height &= ~1 }
        let frame = try ToneMapping.inStandardRange(frame, for: .video)
        let format = AVPixelFormat(frame.pointer.pointee.format)
        let isPlain = format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUVJ420P
        let picture = isPlain && frame.size == stored ? frame : try scaler.scaled(frame)
        let fitted = orientation == .upright ? picture : try turned(picture)
        // The encoder chooses anew which pictures are key frames.
        fitted.pointer.pointee.pict_type = AV_PICTURE_TYPE_NONE
        fitted.pointer.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        return fitted
    }

    private func turned(_ picture: DecodedFrame) throws(ShotlistError) -> DecodedFrame {
        guard let turned = try PictureTurner.turned(picture, orientation) else { throw PictureScaler.unsupported }
        return turned
    }
}
