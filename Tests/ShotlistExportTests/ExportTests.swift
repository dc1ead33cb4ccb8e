import Foundation
import ShotlistCore
import ShotlistExport
import ShotlistMedia
import TestReaders
import Testing

@Suite("An export is whole, the same each time, and says what it leaves out")
struct ExportTests {
    @Test("a clip with one window is the clip's file, a part of a clip gets its own")
    func files() async throws {
        let output = try SmallOutput()
        let report = try await output.export(ExportSettings(.sidecar), to: "set")
        let part = "\(SmallOutput.bunny)_40_103"
        #expect(
            output.files("set") == [
                "\(SmallOutput.bikes).mp4", "\(SmallOutput.bikes).txt", "\(part).mp4", "\(part).txt",
                "\(SmallOutput.carphone).mp4", "\(SmallOutput.carphone).txt", "manifest.json",
            ])
        let cut = try MediaProbe.probe(path: output.place("set/\(part).mp4")).metadata
        #expect(cut.numFrames == 64 && cut.size == PixelSize(width: 1280, height: 720) && cut.audioCodec == "aac")
        #expect(report.clips == [.train: 3] && report.files == 6)
        #expect(try output.text("set/\(SmallOutput.carphone).txt") == "=1+1 is what he says\n")
    }

    @Test(
        "the same export is the same bytes, however many threads there are",
        arguments: ExportFormat.allCases.filter { !$0.isSubtitles })
    func repeatable(_ format: ExportFormat) async throws {
        let output = try SmallOutput()
        var settings = ExportSettings(format)
        settings.needs = try ClipNeeds(frames: .fourPlusOne, fps: 16)
        settings.validation = try ValidationSplit(share: 0.5)
        if format == .parquet { settings.parquet = try Checkout.parquet() }
        // Whole paths name the folder.
        settings.hasWholePaths = false
        try await output.export(settings, to: "one", threads: 1)
        try await output.export(settings, to: "two", threads: 3)
        #expect(output.files("one") == output.files("two"))
        for file in output.files("one") {
            #expect(try output.data("one/\(file)") == output.data("two/\(file)"), "\(file)")
        }
    }

    @Test("the manifest has counts, reasons and the sum of each file")
    func manifest() async throws {
        let output = try SmallOutput()
        var windows = try output.windows()
        windows[0].decision = "rejected"
        windows.append(try output.window(SmallOutput.bikes, 0, 249, nil))
        windows.append(try output.window("44444444-4444-5444-8444-444444444444", 0, 9, "no clip"))
        windows.append(try output.window(SmallOutput.bikes, 250, 300, "beyond the end"))
        var settings = ExportSettings(.jsonl)
        settings.template = try CaptionTemplate("{trigger} {caption}", trigger: "sks")
        var origin = ExportOrigin()
        origin.unreadableRecords = 3
        origin.filter.tags = ["night", "city", "autumn"]
        let exporter = try Exporter(outputPath: output.path, settings: settings)
        let plan = try await exporter.plan(windows, to: output.place("set"), from: origin)
        let report = try await exporter.write(plan, to: output.place("set"))
        #expect(report.reasons == [.rejected: 1, .noCaption: 1, .noClip: 1, .notInClip: 1])
        let manifest = try #require(
            try JSONSerialization.jsonObject(with: output.data("set/manifest.json")) as? [String: Any])
        #expect(
            manifest["dropped"] as? [String: Int] == ["rejected": 1, "no_caption": 1, "no_clip": 1, "not_in_clip": 1])
        #expect((manifest["dropped_windows"] as? [Any])?.count == 4)
        #expect(manifest["unreadable_records"] as? Int == 3)
        // By the settings the same can be asked for again.
        let made = try #require(manifest["settings"] as? [String: Any])
        #expect(made["trigger"] as? String == "sks" && made["template"] as? String == "{trigger} {caption}")
        #expect(made["whole_paths"] as? Bool == false)
        #expect((made["filter"] as? [String: Any])?["tags"] as? [String] == ["autumn", "city", "night"])
        let counts = (manifest["counts"] as? [String: [String: Any]])?["all"]
        #expect(counts?["clips"] as? Int == 2)
        let files = try #require(manifest["files"] as? [String: [String: Any]])
        #expect(Set(files.keys) == Set(output.files("set")).subtracting(["manifest.json"]))
        for (name, sum) in files {
            let data = try output.data("set/\(name)")
            #expect(sum["sha256"] as? String == ContentHash.sha256(data) && sum["bytes"] as? Int == data.count)
        }
    }

    @Test("nothing is written into what is not empty, and a folder that is left by a killed export is made anew")
    func refused() async throws {
        let output = try SmallOutput()
        let files = FileManager.default
        try files.createDirectory(atPath: output.place("full"), withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: output.folder.appending(path: "full/mine.txt"))
        try files.createDirectory(atPath: output.place("other.part"), withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: output.folder.appending(path: "other.part/mine.txt"))
        for name in ["full", "full/mine.txt", "out", "other"] {
            let error = await #expect(throws: ShotlistError.self) {
                try await output.export(ExportSettings(.csv), to: name)
            }
            #expect(error?.code == .exportRefused, "\(name)")
        }
        #expect(output.files("full") == ["mine.txt"] && output.files("other.part") == ["mine.txt"])
        // As after a kill: the mark is there, and nobody holds it.
        try files.createDirectory(atPath: output.place("left.part"), withIntermediateDirectories: true)
        for name in [".shotlist-export", "captions.csv"] {
            try Data("old".utf8).write(to: output.folder.appending(path: "left.part/\(name)"))
        }
        try files.createDirectory(atPath: output.place("left"), withIntermediateDirectories: true)
        try await output.export(ExportSettings(.csv), to: "left")
        #expect(!files.fileExists(atPath: output.place("left.part")))
        #expect(output.files("left").contains("captions.csv"))
    }

    @Test("an export that fails leaves nothing")
    func failed() async throws {
        let output = try SmallOutput()
        var settings = ExportSettings(.parquet)
        settings.parquet = ParquetTool(python: "/bin/false", script: "parquet.py")
        await #expect(throws: ShotlistError.self) { try await output.export(settings, to: "set") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: output.folder.path) == ["out"])
    }

    @Test("clips are linked, linked by their path, copied, or left out")
    func placement() async throws {
        let output = try SmallOutput()
        let whole = [try output.windows()[0]]
        var clip = stat()
        stat("\(output.path)/clips/\(SmallOutput.bikes).mp4", &clip)
        let inode = clip.st_ino
        func entry(_ name: String) -> stat {
            var status = stat()
            lstat(output.place("\(name)/videos/\(SmallOutput.bikes).mp4"), &status)
            return status
        }
        for placement in ClipPlacement.allCases {
            var settings = ExportSettings(.jsonl)
            settings.placement = placement
            try await output.export(settings, whole, to: placement.rawValue)
        }
        #expect(entry("hardlink").st_ino == inode && entry("copy").st_ino != inode)
        #expect(entry("copy").st_mode & S_IFMT == S_IFREG && entry("symlink").st_mode & S_IFMT == S_IFLNK)
        #expect(output.files("none") == ["captions.jsonl", "manifest.json"])
        var settings = ExportSettings(.sidecar)
        settings.placement = .none
        await #expect(throws: ShotlistError.self) { try await output.export(settings, to: "words") }
    }

    @Test("cells that a spreadsheet would compute are escaped when that is asked for")
    func formulas() async throws {
        let output = try SmallOutput()
        var settings = ExportSettings(.csv)
        try await output.export(settings, to: "plain")
        settings.escapesFormulas = true
        try await output.export(settings, to: "escaped")
        #expect(try output.text("plain/captions.csv").contains(",=1+1 is what he says,"))
        #expect(try output.text("escaped/captions.csv").contains(",'=1+1 is what he says,"))
    }
}
