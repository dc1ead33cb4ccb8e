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

    /// `frame` as the bytes of a WebP file.
    ///
    /// - Throws: ``ShotlistError`` (`preview_failed`).
    static func encode(_ frame: RGBFrame, _ settings: Settings) throws(ShotlistError) -> Data {
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
        picture.width = Int32(frame.size.width)
        picture.height = Int32(frame.size.height)
        picture.use_argb = config.lossless
        guard WebPPictureImportRGB(&picture, frame.bytes, Int32(frame.size.width * 3)) != 0 else {
            throw WebPEncoder.failure("not enough memory, or a frame of \(frame.size) is larger than 16383 pixels")
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
            throw WebPEncoder.failure("libwebp's error \(picture.error_code.rawValue) on a frame of \(frame.size)")
        }
        return Data(bytes: bytes, count: memory.size)
    }
}
