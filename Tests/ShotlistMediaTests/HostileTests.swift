import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("Files built to hurt end as they must, and nothing outside them is touched", .serialized)
struct HostileTests {
    /// Where the files say that a host is; scripts/hostile/registry.py has the same.
    private static let port: UInt16 = 47113

    @Test("each ends in time, as the manifest says", .timeLimit(.minutes(15)))
    func outcomes() throws {
        let files = try Hostile.all()
        #expect(files.count >= 50)
        let folder = try Hostile.folder.get()
        let trap = try Trap(folder: folder.appendingPathComponent("outside").path, port: Self.port)
        for file in files {
            guard let ending = Hostile.bounded(seconds: 300, { file.read() }) else {
                Issue.record("\(file.name) does not end: \(file.tries)")
                return
            }
            #expect(
                file.outcomes.contains(ending.outcome),
                "\(file.name) (\(file.tries)) ended with '\(ending.outcome)': \(String(describing: ending.error))")
            #expect(trap.opened() == 0, "\(file.name) made another file be opened")
            #expect(!trap.hasVisitor(), "\(file.name) made a connection")
            guard let error = ending.error else { continue }
            #expect(error.message.contains(file.path), "\(error) names the file")
            #expect(error.code != .limitExceeded || error.remedy.contains("--max-"), "\(error) names the flag")
            #expect(error.code != .internalFailure, "\(error)")
        }
    }

    @Test("the trap notices an open file and a connection")
    func trap() throws {
        let folder = Footage.scratch.appendingPathComponent("trap")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("file")
        try Data("x".utf8).write(to: file)
        let trap = try Trap(folder: folder.path, port: Self.port + 1)
        #expect(trap.opened() == 0)
        #expect(!trap.hasVisitor())
        _ = try Data(contentsOf: file)
        #expect(trap.opened() >= 1)
        let script = "import socket; socket.create_connection(('127.0.0.1', \(Self.port + 1)))"
        try Program.output(of: "python3", ["-c", script])
        #expect(trap.hasVisitor())
    }

    @Test("what would be followed with less care is what the files name")
    func wouldBeFollowed() throws {
        let folder = try Hostile.folder.get()
        // Without the list of formats and with drefs these are read: the files are what they say.
        let size = ["-vsync", "passthrough", "-f", "null", "-"]
        for (name, options) in [
            ("concat.mp4", ["-safe", "0", "-f", "concat"]),
            ("playlist.mp4", ["-allowed_extensions", "ALL", "-f", "hls"]),
            ("alias.mov", ["-enable_drefs", "1"]),
        ] {
            let trap = try Trap(folder: folder.appendingPathComponent("outside").path, port: Self.port)
            // Some it opens and then cannot read to the end: that they are opened is what counts.
            _ = try? FFmpeg.run(options + ["-i", folder.appendingPathComponent(name).path] + size)
            #expect(trap.opened() > 0, "\(name) names the file outside")
        }
    }

    @Test("a clip keeps nothing of its source's words", arguments: [ClipEncoder.copy, .libx264])
    func words(encoder: ClipEncoder) throws {
        let path = try Hostile.folder.get().appendingPathComponent("words.mp4").path
        let (metadata, timeline, _) = try MediaProbe.probe(path: path)
        let clip = Footage.newFile(".mp4")
        _ = try ClipCutter.write(
            source: path, metadata: metadata, timeline: timeline, clipFrames: 0..<12, encoder: encoder, threads: 1,
            isCancelled: { false }, to: clip)
        let (bytes, source) = (try Data(contentsOf: clip), try Data(contentsOf: URL(fileURLWithPath: path)))
        for word in ["<script>", "pwned", "all is lost"] {
            #expect(source.range(of: Data(word.utf8)) != nil)
            #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word)")
        }
    }

    @Test("pictures of one row or column become clips without reading beyond them", arguments: ["flat", "column"])
    func thin(name: String) throws {
        let path = try Hostile.folder.get().appendingPathComponent("\(name).mov").path
        let (metadata, timeline, _) = try MediaProbe.probe(path: path)
        let file = Footage.newFile(".mp4")
        let clip = try ClipCutter.write(
            source: path, metadata: metadata, timeline: timeline, clipFrames: 0..<4, encoder: .libx264, threads: 1,
            isCancelled: { false }, to: file)
        #expect(clip.numFrames == 4)
        #expect(clip.size == (name == "flat" ? PixelSize(width: 256, height: 2) : PixelSize(width: 2, height: 256)))
        // A grey picture stays grey: what was beside it in memory is not shown.
        let frames = try FFmpeg.frames(of: file.path, size: clip.size)
        for frame in frames { #expect(Set(frame.bytes.map { $0 / 16 }).count <= 2) }
    }

    @Test("where no picture comes, no more packets are tried than allowed", .timeLimit(.minutes(2)))
    func nothingComes() throws {
        let path = try Hostile.folder.get().appendingPathComponent("garbage_long.mov").path
        let timeline = try MediaProbe.probe(path: path).timeline
        var limits = MediaLimits()
        limits.undecodedPackets = 100
        let needs = WindowNeeds(
            range: FrameRange(start: 0, end: 3), modelFrames: [0, 1, 2, 3], modelSize: nil, previewFrames: [],
            previewHeight: nil)
        let error = #expect(throws: ShotlistError.self) {
            let reader = try WindowReader(
                path: path, timeline: timeline, clipFrames: 20_000..<20_004, windows: [needs], threads: 1,
                limits: limits)
            _ = try reader.next()
        }
        #expect(error?.code == .limitExceeded)
        #expect(error?.remedy.contains("--max-undecoded-packets") == true)
    }
}
