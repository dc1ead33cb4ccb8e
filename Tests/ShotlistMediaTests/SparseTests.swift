import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("Few frames of a long file are sought, not read up to")
struct SparseTests {
    /// A file of some 30 MB: noise at a high quality, which no codec makes small.
    private func file(_ name: String, _ arguments: [String]) throws -> String {
        let path = Footage.newFile(name).path
        let noise = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=12,noise=alls=40:allf=t"]
        try FFmpeg.run(noise + arguments + [path])
        return path
    }

    private func expectSought(_ path: String, _ indices: [Int], leaps: ClosedRange<Int>) throws {
        let (metadata, timeline, _) = try MediaProbe.probe(path: path)
        let needs = WindowNeeds(
            range: FrameRange(start: 0, end: timeline.count - 1), modelFrames: indices, modelSize: nil,
            previewFrames: [],
            previewHeight: nil)
        let reader = try WindowReader(
            path: path, timeline: timeline, clipFrames: 0..<timeline.count, windows: [needs], threads: 2)
        let window = try #require(try reader.next())
        #expect(window.missingFrames.isEmpty)
        #expect(leaps.contains(reader.effort.leaps), "\(reader.effort.leaps) leaps")
        let select = indices.map { "eq(n\\,\($0))" }.joined(separator: "+")
        let raw = try FFmpeg.run(
            [
                "-i", path, "-vf", "select=\(select)", "-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24",
                "-",
            ])
        let length = metadata.size.area * 3
        try #require(raw.count == indices.count * length)
        for (place, frame) in window.modelFrames.enumerated() {
            let expected = RGBFrame(size: metadata.size, bytes: Array(raw[place * length..<(place + 1) * length]))
            #expect(Reading.difference(frame, expected) <= 1.2, "frame \(indices[place])")
        }
    }

    @Test("every frame can be decoded alone", arguments: ["mov", "mkv", "avi"])
    func intraOnly(container: String) throws {
        let path = try file(".\(container)", ["-c:v", "mjpeg", "-q:v", "2"])
        try expectSought(path, [3, 100, 101, 230, 299], leaps: container == "mkv" ? 0...4 : 2...4)
    }

    @Test("groups of pictures, with B-frames between", arguments: ["mp4", "mkv"])
    func groups(container: String) throws {
        let x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-qp", "18", "-g", "25", "-threads", "2"]
        let path = try file(".\(container)", x264)
        try expectSought(path, [3, 99, 100, 101, 174, 224, 226, 299], leaps: 1...6)
    }
}
