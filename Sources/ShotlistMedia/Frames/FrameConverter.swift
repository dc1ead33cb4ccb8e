internal import CLibAV
import ShotlistCore
import Synchronization

/// Turns decoded pictures of standard range into RGB as they are shown, with the picture's own colour matrix and range.
///
/// Works on one picture at a time: each worker has a converter of its own.
final class FrameConverter: Sendable {
    /// What is prepared once and used for every picture like the last.
    private struct Prepared: ~Copyable {
        var whole: OpaquePointer?
        var scaled: OpaquePointer?
        /// Where pictures are converted to: in their own size, and in a preview's.
        var wholeRGB: PaddedRGB?
        var scaledRGB: PaddedRGB?
        var resize: BicubicResize?
        let yuv = YUVScaler()

        deinit {
            wholeRGB?.deallocate()
            scaledRGB?.deallocate()
            sws_freeContext(whole)
            sws_freeContext(scaled)
        }
    }

    private let orientation: Orientation
    private let stored: PixelSize
    private let prepared = Mutex(Prepared())

    /// A converter for the pictures of one stream, which says that they are stored in the size `stored`.
    init(orientation: Orientation, stored: PixelSize) {
        self.orientation = orientation
        self.stored = stored
    }

    /// The picture in RGB, resized as torchvision does to `size`; in its own size when that is nil.
    func model(_ frame: DecodedFrame, size: PixelSize?) throws(ShotlistError) -> RGBFrame {
        let shown = orientation.shown(frame.size)
        return try prepared.withLock { prepared throws(ShotlistError) in
            let rgb = PaddedRGB.kept(in: &prepared.wholeRGB, size: frame.size)
            try Self.convert(frame, context: &prepared.whole, into: rgb, flags: SWS_BILINEAR)
            guard let size, size != shown else { return orientation.apply(rgb.copied()) }
            if prepared.resize?.source != shown || prepared.resize?.target != size {
                prepared.resize = BicubicResize(from: shown, to: size)
            }
            guard let resize = prepared.resize else { return rgb.copied() }
            guard orientation != .upright else { return resize(rows: rgb.bytes, stride: rgb.stride) }
            return resize(orientation.apply(rgb.copied()))
        }
    }

    /// The picture `height` lines high, its width in proportion, less a column where that would be odd.
    ///
    /// - Parameter inRGB: in RGB, also where WebP could keep the video's own colours.
    func preview(_ frame: DecodedFrame, height: Int, inRGB: Bool) throws(ShotlistError) -> PreviewPicture {
        // A stream may change its pictures' size; those of a preview have one.
        let width = Self.width(of: orientation.shown(stored), height: height)
        let shown = PixelSize(width: width, height: height)
        // Turned before it is scaled, as ffmpeg does it.
        let upright = inRGB || orientation == .upright ? frame : try PictureTurner.turned(frame, orientation)
        return try prepared.withLock { prepared throws(ShotlistError) in
            if !inRGB, let upright, YUVScaler.keepsColours(of: upright) {
                return .yuv(try prepared.yuv.scale(upright, to: shown))
            }
            // Turning a size twice gives the first again.
            let rgb = PaddedRGB.kept(in: &prepared.scaledRGB, size: orientation.shown(shown))
            try Self.convert(frame, context: &prepared.scaled, into: rgb, flags: SWS_BICUBIC)
            return .rgb(orientation.apply(rgb.copied()).withEvenWidth)
        }
    }

    /// The width nearest to the proportion of `size` at `height` lines, at least 2, as FFmpeg's `scale=-1:HEIGHT` has
    /// it. More than WebP can hold is not asked for.
    static func width(of size: PixelSize, height: Int) -> Int {
        min(16383, max(2, (size.width * height * 2 + size.height) / max(1, size.height * 2)))
    }

    private static func convert(
        _ frame: DecodedFrame, context: inout OpaquePointer?, into rgb: PaddedRGB, flags: Int32
    ) throws(ShotlistError) {
        let (source, size) = (frame.pointer.pointee, rgb.size)
        // Each field of an interlaced picture has colours of its own; one that is made smaller blends them anyway.
        let fields = frame.hasFieldColours && size == frame.size ? 2 : 1
        context = sws_getCachedContext(
            context, source.width, source.height / Int32(fields), PixelRange.plain(AVPixelFormat(source.format)),
            Int32(size.width),
            Int32(size.height / fields), AV_PIX_FMT_RGB24, flags, nil, nil, nil)
        guard let context else {
            throw ShotlistError(
                .decodeFailed, "A decoded frame cannot be turned into RGB: its pixel format is not supported.",
                remedy: "Convert the video to mp4 with yuv420p pixels.")
        }
        setColours(of: context, source)
        for field in 0..<fields where !scale(frame, field: field, of: fields, with: context, into: rgb) {
            throw ShotlistError(
                .decodeFailed, "A decoded frame could not be turned into RGB.",
                remedy: "Convert the video to mp4 with yuv420p pixels.")
        }
    }

    /// Converts a picture, or one of two fields of it: every second line.
    private static func scale(
        _ frame: DecodedFrame, field: Int, of fields: Int, with context: OpaquePointer, into rgb: PaddedRGB
    ) -> Bool {
        let picture = frame.pointer.pointee
        var planes = withUnsafeBytes(of: picture.data) { Array($0.bindMemory(to: UnsafePointer<UInt8>?.self)) }
        var strides = withUnsafeBytes(of: picture.linesize) { Array($0.bindMemory(to: Int32.self)) }
        for plane in planes.indices {
            planes[plane] = planes[plane].map { $0 + field * Int(strides[plane]) }
            strides[plane] *= Int32(fields)
        }
        // swscale looks at four planes, whatever the format.
        let target: [UnsafeMutablePointer<UInt8>?] = [rgb.bytes + field * rgb.stride, nil, nil, nil]
        let height = picture.height / Int32(fields)
        let lines = sws_scale(
            context, planes, strides, 0, height, target, [Int32(rgb.stride * fields), 0, 0, 0])
        return lines == Int32(rgb.size.height / fields)
    }

    /// swscale does not look at what the frame says of its colours; it must be told.
    private static func setColours(of context: OpaquePointer, _ frame: AVFrame) {
        var inverse: UnsafeMutablePointer<Int32>?
        var table: UnsafeMutablePointer<Int32>?
        var (sourceRange, targetRange, brightness, contrast, saturation): (Int32, Int32, Int32, Int32, Int32) =
            (0, 0, 0, 0, 0)
        guard
            sws_getColorspaceDetails(
                context, &inverse, &sourceRange, &table, &targetRange, &brightness, &contrast, &saturation) >= 0
        else { return }
        if PixelRange.isFull(frame) { sourceRange = 1 }
        // For both sides: RGB that is scaled goes through YUV and must come back by the same matrix.
        let matrix = sws_getCoefficients(Int32(frame.colorspace.rawValue))
        sws_setColorspaceDetails(
            context, matrix, sourceRange, matrix, targetRange, brightness, contrast, saturation)
    }
}
