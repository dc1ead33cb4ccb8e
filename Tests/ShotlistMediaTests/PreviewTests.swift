import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("Previews are endlessly looping animated WebP files")
struct PreviewTests {
    /// An animated WebP file taken apart (RIFF container, developers.google.com/speed/webp/docs/riff_container).
    private struct Animation {
        var loops: Int?
        var size: PixelSize?
        /// Each frame as a WebP file of its own, and how long it is shown.
        var frames: [(file: Data, milliseconds: Int)] = []
        var isLossless = false

        init(_ webp: Data) throws {
            try #require(webp.prefix(4) == Data("RIFF".utf8) && webp[8..<12] == Data("WEBP".utf8))
            #expect(Self.number(webp, 4, 4) == webp.count - 8)
            for (type, content) in Self.chunks(webp, 12..<webp.count) {
                switch type {
                case "VP8X":
                    size = PixelSize(
                        width: Self.number(webp, content.lowerBound + 4, 3) + 1,
                        height: Self.number(webp, content.lowerBound + 7, 3) + 1)
                case "ANIM": loops = Self.number(webp, content.lowerBound + 4, 2)
                case "ANMF":
                    let picture = webp[content.lowerBound + 16..<content.upperBound]
                    isLossless = picture.prefix(4) == Data("VP8L".utf8)
                    var file = Data("RIFF".utf8)
                    let length = UInt32(picture.count + 4)
                    file += (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
                    file += Data("WEBP".utf8) + picture
                    frames.append((file, Self.number(webp, content.lowerBound + 12, 3)))
                default: break
                }
            }
        }

        private static func chunks(_ data: Data, _ range: Range<Int>) -> [(String, Range<Int>)] {
            var found: [(String, Range<Int>)] = []
            var offset = range.lowerBound
            while offset + 8 <= range.upperBound {
                let length = number(data, offset + 4, 4)
                let type = String(decoding: data[offset..<offset + 4], as: UTF8.self)
                found.append((type, offset + 8..<offset + 8 + length))
                offset += 8 + length + length % 2
            }
            return found
        }

        private static func number(_ data: Data, _ offset: Int, _ bytes: Int) -> Int {
            (0..<bytes).reversed().reduce(0) { $0 << 8 | Int(data[offset + $1]) }
        }
    }

    private let size = PixelSize(width: 426, height: 240)

    /// Frames of the footage, a second apart.
    private func pictures() throws -> [RGBFrame] {
        let all = try FFmpeg.frames(of: Footage.bunny, size: PixelSize(width: 1280, height: 720))
        return stride(from: 0, to: 132, by: 25).map { BicubicResize.resize(all[$0], to: size) }
    }

    private func decoded(_ file: Data) throws -> RGBFrame {
        let path = Footage.newFile(".webp")
        try file.write(to: path)
        return try #require(try FFmpeg.frames(of: path.path, size: size).first)
    }

    @Test("lossy: the frames, their durations, the loop; like ffmpeg's libwebp in size and looks")
    func lossy() throws {
        let frames = try pictures()
        let durations = [1000, 1000, 990, 1010, 1000, 280]
        let webp = try WebPEncoder.encode(
            PreviewFrames(frames: frames, durations: durations), quality: 50, compressionLevel: 6, threads: 2)
        let animation = try Animation(webp)
        #expect(animation.loops == 0)
        #expect(animation.size == size)
        #expect(animation.frames.map(\.milliseconds) == durations)
        #expect(!animation.isLossless)
        var ours = 0.0
        var theirs = 0.0
        var theirBytes = 0
        for (frame, picture) in zip(animation.frames, frames) {
            ours += Reading.difference(try decoded(frame.file), picture)
            let reference = try ffmpegWebP(picture)
            theirBytes += reference.count
            theirs += Reading.difference(try decoded(reference), picture)
        }
        #expect(ours < theirs * 1.05)
        #expect(Double(webp.count) < Double(theirBytes) * 1.05)
    }

    private func ffmpegWebP(_ picture: RGBFrame) throws -> Data {
        let png = Footage.newFile(".png")
        try PNGWriter.encode(picture).write(to: png)
        let webp = Footage.newFile(".webp")
        let options = ["-c:v", "libwebp", "-lossless", "0", "-compression_level", "6", "-q:v", "50"]
        try FFmpeg.run(["-i", png.path] + options + [webp.path])
        return try Data(contentsOf: webp)
    }

    @Test("compression level 0 loses nothing")
    func lossless() throws {
        let frames = try pictures()
        let webp = try WebPEncoder.encode(
            PreviewFrames(frames: frames, durations: frames.map { _ in 500 }), quality: 50, compressionLevel: 0,
            threads: 2)
        let animation = try Animation(webp)
        #expect(animation.isLossless)
        try #require(animation.frames.count == frames.count)
        for (frame, picture) in zip(animation.frames, frames) {
            #expect(Reading.same([try decoded(frame.file)], [picture]))
        }
    }

    @Test("quality and level do what they say")
    func settings() throws {
        let frames = Array(try pictures().prefix(2))
        func bytes(_ quality: Int, _ level: Int) throws -> Int {
            try WebPEncoder.encode(
                PreviewFrames(frames: frames, durations: [1000, 1000]), quality: quality, compressionLevel: level,
                threads: 1
            ).count
        }
        #expect(try bytes(20, 4) < bytes(80, 4))
        #expect(try bytes(50, 6) < bytes(50, 1))
        for (quality, level) in [(-1, 4), (101, 4), (50, -1), (50, 7)] {
            #expect(throws: ShotlistError.self) { try bytes(quality, level) }
        }
    }

    @Test("a frame that repeats the last is shown longer instead; one frame alone is a picture")
    func repeated() throws {
        let frames = try pictures()
        let still = PreviewFrames(
            frames: [frames[0], frames[0], frames[1], frames[1], frames[0]], durations: [100, 200, 300, 400, 500])
        let animation = try Animation(WebPEncoder.encode(still, quality: 50, compressionLevel: 4, threads: 1))
        #expect(animation.frames.map(\.milliseconds) == [300, 700, 500])
        let one = try WebPEncoder.encode(
            PreviewFrames(frames: [frames[0]], durations: [1000]), quality: 50, compressionLevel: 4, threads: 4)
        let difference = try Reading.difference(decoded(one), frames[0])
        #expect(difference < 6)
    }

    @Test("the number of threads changes nothing")
    func threads() throws {
        let frames = try pictures()
        let preview = PreviewFrames(frames: frames, durations: frames.map { _ in 1000 })
        let one = try WebPEncoder.encode(preview, quality: 50, compressionLevel: 4, threads: 1)
        #expect(try WebPEncoder.encode(preview, quality: 50, compressionLevel: 4, threads: 5) == one)
    }

    @Test("no frames, or frames of two sizes")
    func refused() throws {
        let small = RGBFrame(size: PixelSize(width: 2, height: 2), bytes: [UInt8](repeating: 9, count: 12))
        let large = RGBFrame(size: PixelSize(width: 4, height: 2), bytes: [UInt8](repeating: 9, count: 24))
        for frames in [[], [small, large]] {
            let preview = PreviewFrames(frames: frames, durations: frames.map { _ in 1000 })
            let error = #expect(throws: ShotlistError.self) {
                try WebPEncoder.encode(preview, quality: 50, compressionLevel: 4, threads: 1)
            }
            #expect(error?.code == .previewFailed)
        }
    }

    @Test("a PNG holds the frame's own pixels")
    func png() throws {
        let frame = try pictures()[2]
        let file = Footage.newFile(".png")
        try PNGWriter.encode(frame).write(to: file)
        #expect(Reading.same(try FFmpeg.frames(of: file.path, size: size), [frame]))
    }
}
