import Crypto
import Foundation

/// The names of clips: UUIDs of version 5 (RFC 9562, section 5.5), as NeMo Curator makes them.
public enum ClipID {
    /// The URL namespace of RFC 9562, appendix A.
    private static let urlNamespace: [UInt8] = [
        0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
    ]

    /// The id of the clip of `inputPath` from `startFrame` to `endFrame`.
    ///
    /// - Parameters:
    ///   - inputPath: the video's path as the user gave it, joined with its path below the input folder.
    ///   - startFrame: `int(start seconds * frame rate)`.
    ///   - endFrame: `int(end seconds * frame rate)`; the frame count for a whole file.
    public static func make(inputPath: String, startFrame: Int, endFrame: Int) -> UUID {
        uuid5(name: "\(inputPath)_\(startFrame)_\(endFrame)")
    }

    private static func uuid5(name: String) -> UUID {
        var hash = Insecure.SHA1()
        hash.update(data: urlNamespace)
        hash.update(data: Array(name.utf8))
        var bytes = Array(hash.finalize().prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x50
        bytes[8] = bytes[8] & 0x3f | 0x80
        return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
