import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("A mov file whose pictures lie in another file does not make that file be read")
struct ExternalReferenceTests {
    /// Makes `name.mov` with pictures, and beside it a file with the same index but no pictures, which says by an
    /// alias record (QuickTime File Format, data references) that they are in `name.mov`.
    private func makePair() throws -> URL {
        let whole = Footage.newFile(".mov")
        try FFmpeg.run(["-i", Footage.bikes, "-t", "2", "-c", "copy", "-an", "-f", "mov", whole.path])
        var bytes = try Data(contentsOf: whole)
        let pictures = try #require(bytes.range(of: Data("mdat".utf8)))
        let moov = try #require(bytes.range(of: Data("moov".utf8), in: pictures.upperBound..<bytes.endIndex))
        for index in pictures.upperBound..<moov.lowerBound - 4 { bytes[index] = 0 }

        let reference = alias(of: whole.lastPathComponent)
        let dref = try #require(bytes.range(of: Data("dref".utf8), in: moov.upperBound..<bytes.endIndex))
        let oldLength = Self.number(bytes, dref.lowerBound - 4)
        let content = dref.upperBound..<dref.lowerBound - 4 + oldLength
        bytes.replaceSubrange(content, with: [0, 0, 0, 0, 0, 0, 0, 1] + reference)
        let growth = 8 + reference.count - content.count
        for box in ["moov", "trak", "mdia", "minf", "dinf", "dref"] {
            let range = moov.lowerBound..<dref.upperBound
            let name = try #require(bytes.range(of: Data(box.utf8), options: .backwards, in: range))
            let length = UInt32(Self.number(bytes, name.lowerBound - 4) + growth)
            for byte in 0..<4 {
                bytes[name.lowerBound - 4 + byte] = UInt8(truncatingIfNeeded: length >> (24 - 8 * byte))
            }
        }
        let hostile = Footage.newFile(".mov")
        try bytes.write(to: hostile)
        return hostile
    }

    /// An entry of type `alis` that names a file in the same folder.
    private func alias(of file: String) -> [UInt8] {
        let path = Array("/" + file + (file.utf8.count % 2 == 0 ? "\0" : "")).flatMap { Array(String($0).utf8) }
        var record = [UInt8](repeating: 0, count: 10 + 1 + 27 + 12 + 1 + 63 + 16)
        record += [0, 1, 0, 1] + [UInt8](repeating: 0, count: 16)
        record += [0, 2, UInt8(path.count >> 8), UInt8(path.count & 255)] + path
        record += [0xFF, 0xFF, 0, 0]
        let length = UInt32(12 + record.count)
        let head = (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) }
        return head + Array("alis".utf8) + [0, 0, 0, 0] + record
    }

    private static func number(_ data: Data, _ offset: Int) -> Int {
        (0..<4).reduce(0) { $0 << 8 | Int(data[offset + $1]) }
    }

    @Test("ffmpeg would read it when told to; Shotlist gives no frame of it")
    func alias() throws {
        let hostile = try makePair()
        let size = PixelSize(width: 640, height: 272)
        let raw = ["-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
        // This shows that the file really names the other one.
        let followed = try FFmpeg.run(["-enable_drefs", "1", "-i", hostile.path] + raw)
        #expect(followed.count >= 50 * size.area * 3)
        do {
            let timeline = try MediaProbe.probe(path: hostile.path).timeline
            let read = try Reading.frames(of: hostile.path, from: 0, Array(0..<timeline.count))
            #expect(read.frames.isEmpty)
            #expect(read.missing.count == timeline.count)
        } catch let error as ShotlistError {
            #expect(error.message.contains(hostile.path))
        }
    }
}
