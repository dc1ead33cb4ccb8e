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

    @Test("colours of another matrix, turned pictures and previews without loss come in RGB")
    func inRGB() throws {
        for variant in [Variant.bt709, .rotated90] {
            let pictures = try pictures(Footage.path(of: variant), [7], height: 90, inRGB: false)
            #expect(pictures.count == 1 && pictures[0].rgb != nil, "\(variant.rawValue)")
        }
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
