import Foundation

/// QuickTime files of raw pictures of 16x16, made of their boxes (QuickTime File Format).
enum Movie {
    /// A file whose index says how many frames there are, of how many bytes each and how long each is shown.
    static func raw(frames: UInt32, bytesEach: UInt32, duration: UInt32, scale: UInt32, content: Data) -> Data {
        let table = [
            box("stts", numbers(0, 1, frames, duration)), box("stsc", numbers(0, 1, 1, frames, 1)),
            box("stsz", numbers(0, bytesEach, frames)),
        ]
        return file(table, scale: scale, content: content)
    }

    /// A file whose frames have these sizes and lie behind one another, 25 a second.
    static func raw(sizes: [UInt32], content: Data) -> Data {
        let count = UInt32(sizes.count)
        let table = [
            box("stts", numbers(0, 1, count, 1)), box("stsc", numbers(0, 1, 1, count, 1)),
            box("stsz", numbers(0, 0, count), numbers(of: sizes)),
        ]
        return file(table, scale: 25, content: content)
    }

    private static func file(_ table: [Data], scale: UInt32, content: Data) -> Data {
        let type = box("ftyp", Data("qt  ".utf8), numbers(0), Data("qt  ".utf8))
        let matrix = numbers(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000)
        // A picture of 16x16 pixels of 24 bits, without colour table.
        let size = numbers(16 << 16 | 16, 0x48_0000, 0x48_0000, 0)
        let entry = box(
            "raw ", Data(count: 6), Data([0, 1]), Data(count: 16), size, Data([0, 1]), Data(count: 32),
            Data([0, 24, 255, 255]))
        let place = box("stco", numbers(0, 1, UInt32(type.count + 8)))
        let samples = box("stbl", box("stsd", numbers(0, 1), entry), joined(table), place)
        let references = box("dinf", box("dref", numbers(0, 1), box("url ", numbers(1))))
        let information = box("minf", box("vmhd", numbers(1), Data(count: 8)), references, samples)
        let media = box(
            "mdia", box("mdhd", numbers(0, 0, 0, scale, 0, 0x55C4_0000)),
            box("hdlr", numbers(0, 0), Data("vide".utf8), Data(count: 13)), information)
        let head = box("tkhd", numbers(7, 0, 0, 1, 0, 0), Data(count: 16), matrix, numbers(16 << 16, 16 << 16))
        let movie = box(
            "mvhd", numbers(0, 0, 0, 1000, 0, 0x10000), Data([1, 0]), Data(count: 10), matrix, Data(count: 24),
            numbers(2))
        return joined([type, box("mdat", content), box("moov", movie, box("trak", head, media))])
    }

    private static func box(_ kind: String, _ parts: Data...) -> Data {
        let content = joined(parts)
        return joined([numbers(UInt32(8 + content.count)), Data(kind.utf8), content])
    }

    private static func joined(_ parts: [Data]) -> Data {
        var whole = Data()
        for part in parts { whole.append(part) }
        return whole
    }

    private static func numbers(_ values: UInt32...) -> Data { numbers(of: values) }

    private static func numbers(of values: [UInt32]) -> Data {
        var bytes = Data(capacity: values.count * 4)
        for value in values {
            for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
        }
        return bytes
    }
}
