import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("The memory of processes that read videos")
struct MediaMemoryTests {
    @Test("is given back when a clip of large pictures is done, also that which is shared")
    func large() async throws {
        let folder = try Folder()
        let path = folder.path("large.mp4")
        let source = "testsrc2=size=3840x2160:rate=10"
        let making = try await Command.run(
            "/usr/bin/env",
            [
                "ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", source, "-frames:v", "16", "-preset",
                "ultrafast", path,
            ])
        #expect(making.status == 0, "\(making.errors)")

        var processes = MediaProcesses()
        processes.executable = Command.path
        let media = MediaIsolation.processes(processes).reading(
            decoder: .cpu, threads: 2, folder: folder.url.path, warn: { _ in })
        defer { media.shutDown() }
        let (limits, probed) = (MediaLimits(), try media.probe(path: path, limits: MediaLimits()))
        let needs = WindowNeeds(
            range: FrameRange(start: 0, end: 15), modelFrames: [0, 5, 10, 15],
            modelSize: PixelSize(width: 1008, height: 560), previewFrames: [0, 10], previewHeight: 240)
        var reader: (any WindowReading)? = try media.reader(
            path: path, timeline: probed.timeline, clipFrames: 0..<16, windows: [needs], threads: 2, limits: limits,
            clipFile: nil)
        let process = try #require(Self.child(thatReads: path))
        let window = try #require(try reader?.next())
        #expect(window.modelFrames.count == 4)
        // The decoder is still there, and its pictures are.
        #expect(try Self.megabytes(process, "Pss_Anon:") > 40)
        #expect(try Self.megabytes(process, "Pss_Shmem:") < 1)
        reader = nil
        // It is the same process, which waits for the next clip.
        #expect(try Self.megabytes(process, "Pss_Anon:") < 40)
        #expect(try Self.megabytes(process, "Pss_Shmem:") < 1)
    }

    /// The process that this one has started and that has the file open.
    private static func child(thatReads path: String) -> Int? {
        let (files, path) = (FileManager.default, URL(filePath: path).resolvingSymlinksInPath().path)
        return (try? files.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int($0) }.first { process in
            let open = (try? files.contentsOfDirectory(atPath: "/proc/\(process)/fd")) ?? []
            return process != getpid()
                && open.contains { (try? files.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\($0)")) == path }
        }
    }

    private static func megabytes(_ process: Int, _ kind: String) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(kind) })
        return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) }) / 1024
    }
}
