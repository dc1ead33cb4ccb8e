import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("Pictures as JPEG are what they were")
struct JPEGTests {
    /// A picture whose colours change slowly from side to side.
    private func smooth(_ size: PixelSize) -> RGBFrame {
        var bytes: [UInt8] = []
        for y in 0..<size.height {
            for x in 0..<size.width {
                let (right, down) = (x * 255 / size.width, y * 255 / size.height)
                bytes += [right, down, 255 - (right + down) / 2].map { UInt8($0) }
            }
        }
        return RGBFrame(size: size, bytes: bytes)
    }

    /// A file's picture as ffmpeg decodes it.
    private func decoded(_ file: Data, size: PixelSize) throws -> RGBFrame {
        let path = Footage.newFile(".jpg")
        try file.write(to: path)
        let width = try FFmpeg.streamEntry("width", of: path.path)
        let height = try FFmpeg.streamEntry("height", of: path.path)
        #expect("\(width)x\(height)" == "\(size)")
        // Colour is kept for every pixel.
        #expect(try FFmpeg.streamEntry("pix_fmt", of: path.path) == "yuvj444p")
        return try #require(try FFmpeg.frames(of: path.path, size: size).first)
    }

    @Test(
        "in size and colour",
        arguments: [
            PixelSize(width: 448, height: 252), PixelSize(width: 113, height: 61), PixelSize(width: 17, height: 9),
        ])
    func roundTrip(size: PixelSize) throws {
        let frame = smooth(size)
        let file = try JPEGEncoder(quality: 95).encode(frame)
        #expect(try Reading.difference(decoded(file, size: size), frame) < 2)
    }

    @Test("with colours that are not swapped", arguments: [0, 1, 2])
    func channels(channel: Int) throws {
        let size = PixelSize(width: 32, height: 16)
        let pixel = (0..<3).map { UInt8($0 == channel ? 230 : 20) }
        let frame = RGBFrame(size: size, bytes: (0..<size.area).flatMap { _ in pixel })
        let file = try JPEGEncoder(quality: 95).encode(frame)
        #expect(try Reading.difference(decoded(file, size: size), frame) < 3)
    }

    @Test("the less is lost the larger the file is, and one encoder makes many")
    func quality() throws {
        let frame = try #require(
            try FFmpeg.frames(of: Footage.carphone, size: PixelSize(width: 176, height: 144)).first)
        var (sizes, losses): ([Int], [Double]) = ([], [])
        for quality in [30, 75, 95] {
            let encoder = try JPEGEncoder(quality: quality)
            let file = try encoder.encode(frame)
            #expect(try encoder.encode(frame) == file)
            sizes.append(file.count)
            losses.append(try Reading.difference(decoded(file, size: frame.size), frame))
        }
        #expect(sizes == sizes.sorted())
        #expect(losses == losses.sorted(by: >))
        #expect(losses[2] < 3)
    }

    @Test("a quality that cannot be is refused", arguments: [-1, 0, 101])
    func wrongQuality(quality: Int) {
        let error = #expect(throws: ShotlistError.self) { try JPEGEncoder(quality: quality) }
        #expect(error?.code == .invalidArgument)
    }
}
