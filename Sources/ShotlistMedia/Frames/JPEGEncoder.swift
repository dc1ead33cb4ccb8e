internal import CTurboJPEG
import Foundation
import ShotlistCore

/// Still pictures as JPEG, for servers that are sent frames.
///
/// Colour is kept at full resolution (4:4:4): captions name colours and read small words, and halving it costs more of both
/// than it saves. The encoder is libjpeg-turbo's. Not for use from two threads at once.
public final class JPEGEncoder {
    /// What a picture may lose: 1 to 100, where 100 loses least.
    public let quality: Int
    private let handle: tjhandle

    /// Makes an encoder.
    ///
    /// - Throws: ``ShotlistError``: `invalid_argument` for a quality out of range, `encode_failed` without memory.
    public init(quality: Int) throws(ShotlistError) {
        guard (1...100).contains(quality) else {
            throw ShotlistError(
                .invalidArgument, "There is no JPEG of quality \(quality).", remedy: "Give 1 to 100.")
        }
        guard let handle = tjInitCompress() else {
            throw ShotlistError(.encodeFailed, "The JPEG encoder cannot start: \(Self.lastError(nil)).")
        }
        self.quality = quality
        self.handle = handle
    }

    deinit { tjDestroy(handle) }

    /// One picture as a JPEG file.
    ///
    /// - Throws: ``ShotlistError`` (`encode_failed`).
    public func encode(_ frame: RGBFrame) throws(ShotlistError) -> Data {
        var buffer: UnsafeMutablePointer<UInt8>?
        var size: UInt = 0
        let status = frame.bytes.withUnsafeBufferPointer { pixels in
            tjCompress2(
                handle, pixels.baseAddress, Int32(frame.size.width), 0, Int32(frame.size.height),
                Int32(TJPF_RGB.rawValue),
                &buffer, &size, Int32(TJSAMP_444.rawValue), Int32(quality), 0)
        }
        defer { tjFree(buffer) }
        guard status == 0, let buffer else {
            throw ShotlistError(
                .encodeFailed, "A frame of \(frame.size) cannot be written as JPEG: \(Self.lastError(handle)).")
        }
        return Data(bytes: buffer, count: Int(size))
    }

    private static func lastError(_ handle: tjhandle?) -> String {
        String(cString: tjGetErrorStr2(handle))
    }
}
