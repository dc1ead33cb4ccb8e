internal import CWebP
import Foundation
import ShotlistCore

/// One WebP picture.
enum WebPStill {
    /// How to encode.
    struct Settings: Sendable {
        /// 0 to 100.
        let quality: Int
        /// 0 is lossless, 1 to 6 are libwebp's methods.
        let compressionLevel: Int
    }

    /// `content` as the bytes of a WebP file.
    ///
    /// - Throws: ``ShotlistError`` (`preview_failed`).
    static func encode(_ content: PreviewPicture, _ settings: Settings) throws(ShotlistError) -> Data {
        var config = WebPConfig()
        guard WebPConfigPreset(&config, WEBP_PRESET_DEFAULT, Float(settings.quality)) != 0 else {
            throw WebPEncoder.failure("libwebp at run time is of another version than the one built against")
        }
        config.lossless = settings.compressionLevel == 0 ? 1 : 0
        // Method 0 of the lossless encoder is three times larger for little time saved on pictures this small.
        config.method = settings.compressionLevel == 0 ? 4 : Int32(settings.compressionLevel)
        var picture = WebPPicture()
        guard WebPPictureInit(&picture) != 0 else {
            throw WebPEncoder.failure("libwebp at run time is of another version than the one built against")
        }
        defer { WebPPictureFree(&picture) }
        picture.width = Int32(content.size.width)
        picture.height = Int32(content.size.height)
        picture.use_argb = config.lossless
        switch content {
        case .rgb(let frame):
            guard WebPPictureImportRGB(&picture, frame.bytes, Int32(frame.size.width * 3)) != 0 else {
                throw WebPEncoder.failure("not enough memory, or a frame of \(frame.size) is larger than 16383 pixels")
            }
        case .yuv(let frame):
            // What is without loss is kept as RGB, which this is not.
            picture.use_argb = 0
            guard WebPPictureAlloc(&picture) != 0 else {
                throw WebPEncoder.failure("not enough memory, or a frame of \(frame.size) is larger than 16383 pixels")
            }
            fill(picture, with: frame)
        }
        var memory = WebPMemoryWriter()
        WebPMemoryWriterInit(&memory)
        defer { WebPMemoryWriterClear(&memory) }
        let done = withUnsafeMutablePointer(to: &memory) { memory in
            picture.writer = WebPMemoryWrite
            picture.custom_ptr = UnsafeMutableRawPointer(memory)
            return WebPEncode(&config, &picture) != 0
        }
        guard done, let bytes = memory.mem else {
            throw WebPEncoder.failure("libwebp's error \(picture.error_code.rawValue) on a frame of \(content.size)")
        }
        return Data(bytes: bytes, count: memory.size)
    }

    private static func fill(_ picture: WebPPicture, with frame: YUVFrame) {
        let planes = [
            (picture.y, Int(picture.y_stride), frame.size), (picture.u, Int(picture.uv_stride), frame.colourSize),
            (picture.v, Int(picture.uv_stride), frame.colourSize),
        ]
        frame.bytes.withUnsafeBufferPointer { bytes in
            guard var from = bytes.baseAddress else { return }
            for case (let to?, let stride, let size) in planes {
                for y in 0..<size.height {
                    (to + y * stride).update(from: from, count: size.width)
                    from += size.width
                }
            }
        }
    }
}
