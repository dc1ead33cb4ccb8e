import Foundation
import ShotlistCore

/// Mends the edit list of an mp4 file's first track (ISO/IEC 14496-12, 8.6.6), so that frames after the clip's last,
/// which others before it refer to, are not shown.
///
/// libavformat writes edit lists that end with the last packet, and has no way to say otherwise.
enum EditList {

    /// Sets how long the first track is shown, in seconds.
    ///
    /// - Parameter mp4: an mp4 file, or its `moov` box with what precedes it cut off.
    /// - Returns: false when the file has no edit list.
    static func setDuration(_ seconds: Double, in mp4: inout Data) -> Bool {
        guard let moov = box("moov", in: mp4, mp4.indices), let header = box("mvhd", in: mp4, moov),
            let track = box("trak", in: mp4, moov), let edits = box("edts", in: mp4, track),
            let list = box("elst", in: mp4, edits), list.count >= 8
        else { return false }
        let scale = Int(number(mp4, header.lowerBound + (mp4[header.lowerBound] == 1 ? 20 : 12), bytes: 4))
        let isWide = mp4[list.lowerBound] == 1
        let (width, length) = isWide ? (8, 20) : (4, 12)
        for entry in 0..<Int(number(mp4, list.lowerBound + 4, bytes: 4)) {
            let offset = list.lowerBound + 8 + entry * length
            guard offset + length <= list.upperBound else { return false }
            // A media time of -1 is an empty edit; the picture's own follows.
            let empty: UInt64 = isWide ? .max : 0xFFFF_FFFF
            guard number(mp4, offset + width, bytes: width) != empty else { continue }
            // Rounded down: the end must lie before the first frame that is to be hidden.
            let units = UInt64((seconds * Double(scale)).rounded(.down))
            for byte in 0..<width {
                mp4[offset + byte] = UInt8(truncatingIfNeeded: units >> UInt64(8 * (width - 1 - byte)))
            }
            return true
        }
        return false
    }

    /// Does the same to a file on disk, whose `moov` box must be its last.
    static func setDuration(_ seconds: Double, ofFile path: String) throws -> Bool {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        let end = try handle.seekToEnd()
        var offset: UInt64 = 0
        while offset + 8 <= end {
            try handle.seek(toOffset: offset)
            guard let head = try handle.read(upToCount: 16), head.count >= 8 else { return false }
            let size = number(head, 0, bytes: 4)
            if String(decoding: head[4..<8], as: UTF8.self) == "moov" {
                try handle.seek(toOffset: offset)
                guard var moov = try handle.readToEnd(), setDuration(seconds, in: &moov) else { return false }
                try handle.seek(toOffset: offset)
                try handle.write(contentsOf: moov)
                return true
            }
            let length = size == 1 && head.count == 16 ? number(head, 8, bytes: 8) : size
            guard length >= 8 else { return false }
            offset += length
        }
        return false
    }

    /// The content of the first box of that type within `range`.
    private static func box(_ type: String, in data: Data, _ range: Range<Int>) -> Range<Int>? {
        var offset = range.lowerBound
        while offset + 8 <= range.upperBound {
            var head = 8
            var size = Int(number(data, offset, bytes: 4))
            if size == 1, offset + 16 <= range.upperBound {
                size = Int(number(data, offset + 8, bytes: 8))
                head = 16
            }
            guard size >= head, offset + size <= range.upperBound else { return nil }
            if String(decoding: data[offset + 4..<offset + 8], as: UTF8.self) == type {
                return offset + head..<offset + size
            }
            offset += size
        }
        return nil
    }

    private static func number(_ data: Data, _ offset: Int, bytes: Int) -> UInt64 {
        (0..<bytes).reduce(0) { $0 << 8 | UInt64(data[data.startIndex + offset + $1]) }
    }
}
