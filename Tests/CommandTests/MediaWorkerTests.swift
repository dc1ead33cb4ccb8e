import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("Processes that read videos")
struct MediaWorkerTests {
    private func reading(
        _ folder: Folder, executable: String = Command.path, warn: @escaping @Sendable (String) -> Void = { _ in }
    ) -> any MediaReading {
        var processes = MediaProcesses()
        processes.executable = executable
        return MediaIsolation.processes(processes).reading(
            decoder: .cpu, threads: 2, folder: folder.url.path, warn: warn)
    }

    @Test("cannot connect to anything")
    func confined() throws {
        let folder = try Folder()
        let workers = try #require(reading(folder) as? MediaWorkers)
        defer { workers.shutDown() }
        #expect(try workers.confinement().refusesConnections)
    }

    @Test("give what this process would give: of a probe, of windows, of a clip's file and of a window's")
    func same() throws {
        let folder = try Folder()
        let path = try Repository.footage("bikes").path
        let (there, here) = (reading(folder), MediaInProcess())
        try there.start()
        defer { there.shutDown() }
        let limits = MediaLimits()
        let probed = try there.probe(path: path, limits: limits)
        let expected = try here.probe(path: path, limits: limits)
        #expect(probed.metadata == expected.metadata)
        #expect(probed.timeline == expected.timeline)
        #expect(probed.warnings == expected.warnings)

        let windows = [
            WindowNeeds(
                range: FrameRange(start: 0, end: 99), modelFrames: [0, 33, 66, 99],
                modelSize: PixelSize(width: 140, height: 84), previewFrames: [0, 25, 99], previewHeight: 121,
                previewInRGB: false),
            WindowNeeds(
                range: FrameRange(start: 100, end: 199), modelFrames: [100, 150], modelSize: nil, previewFrames: [150],
                previewHeight: nil),
            WindowNeeds(
                range: FrameRange(start: 200, end: 239), modelFrames: [], modelSize: nil, previewFrames: [],
                previewHeight: 90),
        ]
        for _ in 0..<2 {
            let (one, other) = (
                try there.reader(
                    path: path, timeline: probed.timeline, clipFrames: 5..<245, windows: windows, threads: 2,
                    limits: limits, clipFile: nil),
                try here.reader(
                    path: path, timeline: probed.timeline, clipFrames: 5..<245, windows: windows, threads: 2,
                    limits: limits, clipFile: nil)
            )
            for _ in windows {
                let (window, expected) = (try #require(try one.next()), try #require(try other.next()))
                #expect(window.range == expected.range)
                #expect(window.modelFrames == expected.modelFrames)
                #expect(window.previewFrames == expected.previewFrames)
                #expect(window.missingFrames == expected.missingFrames)
            }
            #expect(try one.next() == nil)
            #expect(try one.finishClipFile() == nil)
        }
        let bytes = try there.windowMP4(source: path, timeline: probed.timeline, frames: 20..<60, limits: limits)
        #expect(try here.windowMP4(source: path, timeline: probed.timeline, frames: 20..<60, limits: limits) == bytes)
        let files = try [there, here].enumerated().map { index, media in
            let clip = try media.write(
                source: path, metadata: probed.metadata, timeline: probed.timeline, clipFrames: 10..<40,
                encoder: .libx264, threads: 1, limits: limits, isCancelled: { false },
                to: folder.url.appending(path: "\(index).mp4"))
            #expect(clip.numFrames == 30)
            return try Data(contentsOf: clip.file)
        }
        #expect(files[0] == files[1])
    }

    @Test("say of a file that is no video what this process says")
    func errors() throws {
        let folder = try Folder()
        let there = reading(folder)
        defer { there.shutDown() }
        let path = try folder.write("no video", "a.mp4")
        for path in [path, folder.path("missing.mp4"), folder.url.path] {
            let error = #expect(throws: ShotlistError.self) { try there.probe(path: path, limits: MediaLimits()) }
            let expected = #expect(throws: ShotlistError.self) {
                try MediaInProcess().probe(path: path, limits: MediaLimits())
            }
            #expect(error == expected)
        }
    }

    @Test("write nowhere but in their folder, where the kernel knows Landlock")
    func folder() throws {
        let (folder, other) = (try Folder(), try Folder())
        let workers = try #require(reading(folder) as? MediaWorkers)
        defer { workers.shutDown() }
        let isKept = try workers.confinement().folderProblem == nil
        let path = try Repository.footage("bikes").path
        let probed = try workers.probe(path: path, limits: MediaLimits())
        func write(_ place: Folder) throws -> EncodedClip {
            try workers.write(
                source: path, metadata: probed.metadata, timeline: probed.timeline, clipFrames: 0..<20, encoder: .copy,
                threads: 1, limits: MediaLimits(), isCancelled: { false }, to: place.url.appending(path: "clip.mp4"))
        }
        #expect(try write(folder).numFrames == 20)
        if isKept {
            #expect(throws: ShotlistError.self) { try write(other) }
            #expect(other.files().isEmpty)
        } else {
            #expect(try write(other).numFrames == 20)
        }
    }

    @Test(
        "that cannot be had are told before the first video",
        arguments: ["/nowhere/shotlist", "/bin/true", "/bin/cat"])
    func unusable(executable: String) throws {
        let folder = try Folder()
        let there = reading(folder, executable: executable)
        defer { there.shutDown() }
        let error = try #require(throws: ShotlistError.self) { try there.start() }
        #expect(error.code == .notAvailable)
        #expect(error.description.contains("--media-isolation none"), "\(error)")
    }

    @Test("that are stopped say so, and start no others")
    func stopped() throws {
        let folder = try Folder()
        let there = reading(folder)
        let path = try Repository.footage("bikes").path
        let probed = try there.probe(path: path, limits: MediaLimits())
        let reader = try there.readerOfOneWindow(path, probed.timeline)
        there.cancel()
        #expect((try? reader.next()) == nil)
        let error = #expect(throws: ShotlistError.self) { try there.probe(path: path, limits: MediaLimits()) }
        #expect(error?.code == .cancelled)
        there.shutDown()
    }
}

extension MediaReading {
    /// Reads one frame of a window of the first hundred.
    func readerOfOneWindow(_ path: String, _ timeline: FrameTimeline) throws -> any WindowReading {
        try reader(
            path: path, timeline: timeline, clipFrames: 0..<100,
            windows: [
                WindowNeeds(
                    range: FrameRange(start: 0, end: 99), modelFrames: [50], modelSize: nil, previewFrames: [],
                    previewHeight: nil)
            ], threads: 1, limits: MediaLimits(), clipFile: nil)
    }
}
