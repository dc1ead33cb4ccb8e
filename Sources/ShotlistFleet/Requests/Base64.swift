import Foundation
import NIOCore

extension ByteBuffer {
    /// Writes bytes as base64, with padding at the end.
    ///
    /// Foundation's makes a `Data` of the text, which is then copied into the buffer. At a thousand windows a second that
    /// is most of what the client does, so the text is written where it is sent from.
    mutating func writeBase64(_ bytes: Data) {
        let length = (bytes.count + 2) / 3 * 4
        writeWithUnsafeMutableBytes(minimumWritableBytes: length) { target in
            bytes.withUnsafeBytes { Base64Letters.standard.write($0, to: target) }
            return length
        }
    }
}

/// The letters of base64 (RFC 4648, section 4), two at a time.
struct Base64Letters: Sendable {
    static let standard = Base64Letters()
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    /// For each twelve bits their two letters, the first in the low byte.
    private let pairs: [UInt16]

    private init() {
        pairs = (0..<4096).map { UInt16(Self.alphabet[$0 >> 6]) | UInt16(Self.alphabet[$0 & 63]) << 8 }
    }

    /// Writes the letters of `source`; `target` has room for four of each three bytes.
    func write(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) {
        pairs.withUnsafeBufferPointer { pairs in
            func letters(_ bits: UInt64, _ shift: UInt64) -> UInt64 {
                UInt64(pairs[Int(truncatingIfNeeded: bits &>> shift) & 0xfff])
            }
            var (from, to) = (0, 0)
            // Six bytes at a time. Eight are read for them, so the last ones are left to what follows.
            while from + 8 <= source.count {
                let bits = UInt64(bigEndian: source.loadUnaligned(fromByteOffset: from, as: UInt64.self))
                let first = letters(bits, 52) | letters(bits, 40) << 16
                let second = letters(bits, 28) | letters(bits, 16) << 16
                let text = first | second << 32
                target.storeBytes(of: text.littleEndian, toByteOffset: to, as: UInt64.self)
                (from, to) = (from + 6, to + 8)
            }
            while from < source.count {
                let left = source.count - from
                var bits = UInt64(source[from]) << 16
                if left > 1 { bits |= UInt64(source[from + 1]) << 8 }
                if left > 2 { bits |= UInt64(source[from + 2]) }
                let text = UInt32(truncatingIfNeeded: letters(bits, 12) | letters(bits, 0) << 16)
                target.storeBytes(of: text.littleEndian, toByteOffset: to, as: UInt32.self)
                if left < 3 { target[to + 3] = Self.padding }
                if left < 2 { target[to + 2] = Self.padding }
                (from, to) = (from + 3, to + 4)
            }
        }
    }
}
