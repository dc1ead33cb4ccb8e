import Foundation
import ShotlistCore
import ShotlistExport
import Testing

@Suite("An export goes where nothing else is, and takes no other's folder")
struct PlaceTests {
    private static func device(_ path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_dev) : nil
    }

    private func refuse(_ output: SmallOutput, _ name: String, _ windows: [ExportWindow]? = nil) async -> String {
        let error = await #expect(throws: ShotlistError.self) {
            try await output.export(ExportSettings(.csv), windows, to: name)
        }
        #expect(error?.code == .exportRefused)
        return error?.description ?? ""
    }

    @Test("not into the output, by whatever way")
    func output() async throws {
        let output = try SmallOutput()
        try FileManager.default.createSymbolicLink(atPath: output.place("way"), withDestinationPath: output.path)
        for name in ["out/set", "way/set", "out/clips/deep/set"] {
            #expect(await refuse(output, name).contains("in the output"), "\(name)")
        }
        #expect(output.files("out").count == 3)
        try await output.export(ExportSettings(.csv), to: "out-set")
    }

    @Test("not into the input, where the next run would find videos")
    func input() async throws {
        let output = try SmallOutput()
        try FileManager.default.createDirectory(
            at: output.folder.appending(path: "in/sub"), withIntermediateDirectories: true)
        try Data().write(to: output.folder.appending(path: "in/sub/a.mp4"))
        var window = try output.windows()[0]
        (window.source, window.relativePath) = (output.place("in/sub/a.mp4"), "sub/a.mp4")
        for name in ["in/set", "in/sub/set"] {
            #expect(await refuse(output, name, [window]).contains("in the input"), "\(name)")
        }
        let subtitles = try SubtitleExport(outputPath: output.path, settings: ExportSettings(.srt))
        for name in ["in/words", "out/words"] {
            await #expect(throws: ShotlistError.self) { try await subtitles.write([window], to: output.place(name)) }
        }
        _ = try await subtitles.writeBesideVideos([window], replaces: false)
        #expect(output.files("in") == ["sub/a.mp4", "sub/a.srt"])
        try await output.export(ExportSettings(.csv), [window], to: "in-set")
    }

    @Test("not over a file system's own folder, which cannot get a name")
    func mount() async throws {
        let output = try SmallOutput()
        let exporter = try Exporter(outputPath: output.path, settings: ExportSettings(.csv))
        let error = await #expect(throws: ShotlistError.self) {
            try await exporter.plan(try output.windows(), to: "/proc")
        }
        #expect(error?.code == .exportRefused && error?.description.contains("file system of its own") == true)
    }

    @Test(
        "that clips cannot have second names there is known before anything is written",
        .enabled(if: device("/dev/shm") != device(FileManager.default.temporaryDirectory.path)))
    func links() async throws {
        let output = try SmallOutput()
        let place = "/dev/shm/shotlist-\(UUID().uuidString)/set"
        var settings = ExportSettings(.csv)
        let error = await #expect(throws: ShotlistError.self) {
            try await Exporter(outputPath: output.path, settings: settings).plan(output.windows(), to: place)
        }
        #expect(error?.code == .exportRefused && error?.remedy.contains("--clips copy") == true)
        settings.placement = .copy
        let plan = try await Exporter(outputPath: output.path, settings: settings).plan(output.windows(), to: place)
        #expect(plan.count == 3)
    }

    @Test("what is left of a clean-up that was cut short is taken over, and what another works in is not")
    func leftovers() async throws {
        let output = try SmallOutput()
        let files = FileManager.default
        // Killed before the mark was there, or when it was removed.
        try files.createDirectory(atPath: output.place("empty.part"), withIntermediateDirectories: true)
        try await output.export(ExportSettings(.csv), to: "empty")
        #expect(!files.fileExists(atPath: output.place("empty.part")))

        try files.createDirectory(atPath: output.place("busy.part/videos"), withIntermediateDirectories: true)
        let lock = open(output.place("busy.part/.shotlist-export"), O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        try #require(lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0)
        defer { close(lock) }
        #expect(await refuse(output, "busy").contains("Another export works"))
        #expect(files.fileExists(atPath: output.place("busy.part/videos")))

        try files.createDirectory(atPath: output.place("mine"), withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: output.place("link.part"), withDestinationPath: output.place("mine"))
        #expect(await refuse(output, "link").contains("is no folder"))
        #expect(output.files("mine").isEmpty)
    }

    @Test("an export has no mark in it, and nothing beside it")
    func whole() async throws {
        let output = try SmallOutput()
        try await output.export(ExportSettings(.webdataset), to: "set")
        #expect(output.files("set") == ["manifest.json", "shots-000000.tar"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: output.folder.path).sorted() == ["out", "set"])
    }
}
