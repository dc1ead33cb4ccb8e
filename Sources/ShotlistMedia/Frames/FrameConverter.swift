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
        var resize: BicubicResize?

        deinit {
            sws_freeContext(whole)
            sws_freeContext(scaled)
        }
    }

    private let orientation: Orientation
    private let prepared = Mutex(Prepared())

    /// A converter for the pictures of one stream.
    init(orientation: Orientation) { self.orientation = orientation }

    /// The picture in RGB, resized as torchvision does to `size`; in its own size when that is nil.
    func model(_ frame: DecodedFrame, size: PixelSize?) throws(ShotlistError) -> RGBFrame {
        let shown = orientation.shown(frame.size)
        return try prepared.withLock { prepared throws(ShotlistError) in
            let rgb = try Self.convert(frame, context: &prepared.whole, to: frame.size, flags: SWS_BILINEAR)
            defer { rgb.deallocate() }
            guard let size, size != shown else { return orientation.apply(rgb.copied()) }
            if prepared.resize?.source != shown || prepared.resize?.target != size {
                prepared.resize = BicubicResize(from: shown, to: size)
            }
            guard let resize = prepared.resize else { return rgb.copied() }
            guard orientation != .upright else { return resize(rows: rgb.bytes, stride: rgb.stride) }
            return resize(orientation.apply(rgb.copied()))
        }
    }

    /// The picture in RGB, `height` lines high, its width in proportion, less a column where that would be odd.
    func preview(_ frame: DecodedFrame, height: Int) throws(ShotlistError) -> RGBFrame {
        let width = Self.width(of: orientation.shown(frame.size), height: height)
        let size = orientation.shown(PixelSize(width: width, height: height))
        return try prepared.withLock { prepared throws(ShotlistError) in
            let rgb = try Self.convert(frame, context: &prepared.scaled, to: size, flags: SWS_BICUBIC)
            defer { rgb.deallocate() }
            return orientation.apply(rgb.copied()).withEvenWidth
        }
    }

    /// The width nearest to the proportion of `size` at `height` lines, at least 2, as FFmpeg's `scale=-1:HEIGHT` has it.
    static func width(of size: PixelSize, height: Int) -> Int {
        max(2, (size.width * height * 2 + size.height) / (size.height * 2))
    }

    private static func convert(
        _ frame: DecodedFrame, context: inout OpaquePointer?, to size: PixelSize, flags: Int32
    ) throws(ShotlistError) -> PaddedRGB {
        let source = frame.pointer.pointee
        context = sws_getCachedContext(
            context, source.width, source.height, AVPixelFormat(source.format), Int32(size.width),
            Int32(size.height), AV_PIX_FMT_RGB24, flags, nil, nil, nil)
        guard let context else {
            throw ShotlistError(
                .decodeFailed, "A decoded frame cannot be turned into RGB: its pixel format is not supported.",
                remedy: "Convert the video to mp4 with yuv420p pixels.")
        }
        setColours(of: context, source)
        let rgb = PaddedRGB(size: size)
        var planes: (UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt8>?) = (rgb.bytes, nil)
        var strides = (Int32(rgb.stride), Int32(0))
        let lines = withUnsafeMutablePointer(to: &planes) { planes in
            withUnsafeMutablePointer(to: &strides) { strides in
                planes.withMemoryRebound(to: UnsafeMutablePointer<UInt8>?.self, capacity: 2) { planes in
                    strides.withMemoryRebound(to: Int32.self, capacity: 2) { strides in
                        scale(frame, with: context, planes: planes, strides: strides)
                    }
                }
            }
        }
        guard lines == Int32(size.height) else {
            rgb.deallocate()
            throw ShotlistError(
                .decodeFailed, "A decoded frame could not be turned into RGB.",
                remedy: "Convert the video to mp4 with yuv420p pixels.")
        }
        return rgb
    }

    private static func scale(
        _ frame: DecodedFrame, with context: OpaquePointer, planes: UnsafePointer<UnsafeMutablePointer<UInt8>?>,
        strides: UnsafePointer<Int32>
    ) -> Int32 {
        let height = frame.pointer.pointee.height
        return withUnsafePointer(to: &frame.pointer.pointee.data) { data in
            withUnsafePointer(to: &frame.pointer.pointee.linesize) { linesize in
                data.withMemoryRebound(to: UnsafePointer<UInt8>?.self, capacity: 8) { data in
                    linesize.withMemoryRebound(to: Int32.self, capacity: 8) { linesize in
                        sws_scale(context, data, linesize, 0, height, planes, strides)
                    }
                }
            }
        }
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
        if frame.color_range == AVCOL_RANGE_JPEG { sourceRange = 1 }
        // For both sides: RGB that is scaled goes through YUV and must come back by the same matrix.
        let matrix = sws_getCoefficients(Int32(frame.colorspace.rawValue))
        sws_setColorspaceDetails(
            context, matrix, sourceRange, matrix, targetRange, brightness, contrast, saturation)
    }
}

/// RGB bytes with rows padded as swscale's fast paths like them.
struct PaddedRGB {
    /// Width and height.
    let size: PixelSize
    /// Bytes from one row to the next.
    let stride: Int
    /// The first row.
    let bytes: UnsafeMutablePointer<UInt8>

    /// Gets the memory; the owner gives it back with ``deallocate()``.
    init(size: PixelSize) {
        self.size = size
        stride = (size.width * 3 + 63) / 64 * 64
        let raw = UnsafeMutableRawPointer.allocate(byteCount: stride * size.height + 64, alignment: 64)
        bytes = raw.bindMemory(to: UInt8.self, capacity: stride * size.height + 64)
    }

    /// Gives the memory back.
    func deallocate() { UnsafeMutableRawPointer(bytes).deallocate() }

    /// The picture without the padding.
    func copied() -> RGBFrame {
        let width = size.width * 3
        return RGBFrame(
            size: size,
            bytes: [UInt8](unsafeUninitializedCapacity: width * size.height) { output, count in
                for y in 0..<size.height {
                    (output.baseAddress.map { $0 + y * width })?.update(from: bytes + y * stride, count: width)
                }
                count = width * size.height
            })
    }
}

extension RGBFrame {
    /// The picture without its last column where its width is odd.
    fileprivate var withEvenWidth: RGBFrame {
        guard size.width % 2 == 1 else { return self }
        let (full, kept) = (size.width * 3, (size.width - 1) * 3)
        let even = [UInt8](unsafeUninitializedCapacity: kept * size.height) { output, count in
            bytes.withUnsafeBufferPointer { input in
                guard let from = input.baseAddress, let to = output.baseAddress else { return }
                for y in 0..<size.height { (to + y * kept).update(from: from + y * full, count: kept) }
            }
            count = kept * size.height
        }
        return RGBFrame(size: PixelSize(width: size.width - 1, height: size.height), bytes: even)
    }
}
