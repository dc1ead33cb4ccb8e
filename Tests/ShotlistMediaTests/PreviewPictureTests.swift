import ShotlistCore
import ShotlistMedia
import Testing

@Suite("A preview's pictures are those of ffmpeg's scale")
struct PreviewPictureTests {
    private func pictures(_ path: String, _ frames: [Int], height: Int, inRGB: Bool) throws -> [PreviewPicture] {
        let timeline = try MediaProbe.probe(path: path).timeline
        let needs = WindowNeeds(
            range: FrameRange(start: 0, end: timeline.count - 1), modelFrames: [], modelSize: nil,
            previewFrames: frames, previewHeight: height, previewInRGB: inRGB)
        let reader = try WindowReader(
            path: path, timeline: timeline, clipFrames: 0..<timeline.count, windows: [needs], threads: 2)
        return try #require(try reader.next()).previewFrames
    }

    /// Frames of ffmpeg's as raw bytes, one after another.
    private func raw(_ path: String, _ frames: [Int], _ filters: String, format: String) throws -> [UInt8] {
        let chosen = frames.map { "eq(n\\,\($0))" }.joined(separator: "+")
        let arguments = ["-vf", "select=\(chosen),\(filters)", "-vsync", "passthrough", "-f", "rawvideo"]
        return Array(try FFmpeg.run(["-i", path] + arguments + ["-pix_fmt", format, "-"]))
    }

    private func difference(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Double {
        Double(zip(a, b).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }) / Double(a.count)
    }

    @Test("in the video's own colours, with a column less where the width is odd")
    func ownColours() throws {
        // 640 x 272 at 240 lines is 564.7 columns wide: 565, of which 564 are kept.
        let frames = [0, 12, 99]
        let expected = try raw(Footage.bikes, frames, "scale=-1:240", format: "yuv420p")
        let (luma, colour) = (565 * 240, 283 * 120)
        try #require(expected.count == frames.count * (luma + 2 * colour))
        let pictures = try pictures(Footage.bikes, frames, height: 240, inRGB: false)
        for (place, picture) in pictures.enumerated() {
            guard case .yuv(let frame) = picture else {
                Issue.record("a picture in RGB")
                continue
            }
            #expect(frame.size == PixelSize(width: 564, height: 240))
            let start = place * (luma + 2 * colour)
            for y in 0..<240 {
                let theirs = expected[start + y * 565..<start + y * 565 + 564]
                #expect(frame.bytes[y * 564..<(y + 1) * 564] == theirs, "row \(y)")
            }
            for plane in 0..<2 {
                for y in 0..<120 {
                    let from = start + luma + plane * colour + y * 283
                    let ours = 564 * 240 + plane * 282 * 120 + y * 282
                    #expect(difference(frame.bytes[ours..<ours + 282], expected[from..<from + 282]) < 1.5, "row \(y)")
                }
            }
        }
        #expect(pictures.count == frames.count)
    }

    @Test("full range becomes limited, at any size", arguments: [90, 180])
    func fullRange(_ height: Int) throws {
        let path = try Footage.path(of: .fullRange)
        let frames = [3, 50]
        let expected = try raw(path, frames, "scale=-1:\(height):in_range=full:out_range=limited", format: "yuv420p")
        let pictures = try pictures(path, frames, height: height, inRGB: false)
        try #require(pictures.count == 2)
        for (place, picture) in pictures.enumerated() {
            guard case .yuv(let frame) = picture else {
                Issue.record("a picture in RGB")
                continue
            }
            let length = frame.bytes.count
            try #require(expected.count == 2 * length)
            #expect(frame.bytes.elementsEqual(expected[place * length..<(place + 1) * length]))
        }
    }

    @Test("turned pictures are turned, then scaled", arguments: [Variant.rotated90, .rotated180, .rotated270])
    func turned(_ variant: Variant) throws {
        let path = try Footage.path(of: variant)
        let expected = try raw(path, [3, 50], "scale=-1:90", format: "yuv420p")
        let pictures = try pictures(path, [3, 50], height: 90, inRGB: false)
        try #require(pictures.count == 2)
        for (place, picture) in pictures.enumerated() {
            guard case .yuv(let frame) = picture else {
                Issue.record("a picture in RGB")
                continue
            }
            // 180 x 320 at 90 lines is 50.6 columns wide: 51, of which 50 are kept.
            let width = expected.count / 2 == frame.bytes.count ? frame.size.width : frame.size.width + 1
            let theirs = place * expected.count / 2
            var ours: [UInt8] = []
            var shown: [UInt8] = []
            for y in 0..<90 {
                ours += frame.bytes[y * frame.size.width..<(y + 1) * frame.size.width]
                shown += expected[theirs + y * width..<theirs + y * width + frame.size.width]
            }
            #expect(difference(ours[...], shown[...]) < 0.1)
            #expect(difference(ours.reversed()[...], shown[...]) > 5, "another turn would be seen")
            let colour = (theirs + width * 90)..<(place + 1) * expected.count / 2
            let ourColour = frame.bytes[(frame.size.width * 90)...]
            let mean = { (bytes: ArraySlice<UInt8>) in Double(bytes.reduce(0) { $0 + Int($1) }) / Double(bytes.count) }
            #expect(abs(mean(ourColour) - mean(expected[colour])) < 1)
        }
    }

    @Test("colours of another matrix and previews without loss come in RGB")
    func inRGB() throws {
        let pictures709 = try pictures(Footage.path(of: .bt709), [7], height: 90, inRGB: false)
        #expect(pictures709.count == 1 && pictures709[0].rgb != nil)
        let plain = try Footage.path(of: .bFrames)
        #expect(try pictures(plain, [7], height: 90, inRGB: true).compactMap(\.rgb).count == 1)
        #expect(try pictures(plain, [7], height: 90, inRGB: false).compactMap(\.rgb).isEmpty)
    }

    @Test("high dynamic range is mapped, then made small", arguments: Variant.highDynamicRange)
    func mapped(_ variant: Variant) throws {
        let path = try Footage.path(of: variant)
        let filters = FFmpeg.toneMapping.replacing("format=gbrp,", with: "format=gbrp,scale=-1:90,")
        let expected = try raw(path, [3, 50], filters, format: "rgb24")
        let pictures = try pictures(path, [3, 50], height: 90, inRGB: false).compactMap(\.rgb)
        try #require(pictures.count == 2 && expected.count == 2 * pictures[0].bytes.count)
        for (place, picture) in pictures.enumerated() {
            let length = picture.bytes.count
            #expect(difference(picture.bytes[...], expected[place * length..<(place + 1) * length]) < 2)
        }
    }
}
