import Foundation
import Testing

@Suite("shotlist run")
struct RunCommandTests {
    @Test("captions and previews real footage with the demo model, wherever it is started from")
    func wholeWay() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        try folder.add("carphone_pristine", "videos/set/phone.mp4")
        let run = try await Command.shotlist(
            "run", "--video-dir", "videos", "--output-path", "out", "--captioning-algorithm", "demo",
            "--generate-captions", "--generate-previews", folder: folder.url)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("videos    2"))
        let summary = try folder.json("out/summary.json")
        let windows = try #require(summary["windows"] as? Int)
        #expect(windows == 2)
        #expect(summary["previews"] as? Int == windows)
        #expect((summary["statuses"] as? [String: Int])?["error"] == nil)
        let metas = folder.files().filter { $0.hasPrefix("out/metas/v0/") }
        let meta = try folder.json(try #require(metas.first))
        let window = try #require((meta["windows"] as? [[String: Any]])?.first)
        #expect((window["demo_caption"] as? String)?.isEmpty == false)
        #expect(window["model_id"] as? String == "shotlist/demo")
        #expect(!folder.files().contains { $0.contains("tmp") || $0.contains("staging") })
    }

    @Test("a rerun finds everything done, says so, and changes no file")
    func rerun() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let arguments = [
            "run", "--video-dir", "videos", "--output-path", "out", "--generate-previews", "--transcode-encoder",
            "copy",
        ]
        _ = try await Command.run(Command.path, arguments, folder: folder.url)
        let files = folder.files()
        let second = try await Command.run(Command.path, arguments, folder: folder.url)
        #expect(second.status == 0)
        #expect(second.output.contains("kept      1 videos, 1 clips, 1 windows of earlier runs"), "\(second.output)")
        #expect(folder.files() == files)
    }

    @Test("Ctrl-C stops within ten seconds, keeps whole files only and ends with 130")
    func interrupt() async throws {
        let folder = try Folder()
        for index in 0..<12 { try folder.add("bikes", "videos/\(index).mp4") }
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments = [
            "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"),
            "--captioning-algorithm", "demo", "--generate-captions", "--generate-previews",
        ]
        let previews = folder.path("out/previews")
        let (run, time) = try await Command.interrupt(process) {
            // The first preview says that the run is under way.
            (FileManager.default.subpaths(atPath: previews) ?? []).contains { $0.hasSuffix(".webp") }
        }
        #expect(time < .seconds(10))
        #expect(run.status == 130, "\(run.errors)")
        #expect(run.errors.contains("Stopping"))
        #expect(!folder.files().contains { $0.contains(".tmp") || $0.contains("staging") })
        #expect(try folder.json("out/summary.json")["cancelled"] as? Bool == true)
        for meta in folder.files() where meta.hasPrefix("out/metas/v0/") {
            // A clip that was stopped before its file was whole has none, and its record says so.
            let record = try folder.json(meta)
            let clip = try #require(record["clip_location"] as? String)
            #expect(FileManager.default.fileExists(atPath: clip) == (record["valid"] as? Bool))
        }
    }

    @Test(
        "a full disk ends the run with one sentence, also when other clips wait to be handed on",
        .timeLimit(.minutes(20)), arguments: [10.0, 0.5])
    func fullDisk(clipLength: Double) async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "small"), withIntermediateDirectories: true)
        let script = """
            mount -t tmpfs -o size=640k tmpfs '\(folder.path("small"))' || exit
            trap "umount -l '\(folder.path("small"))'" EXIT
            '\(Command.path)' run --video-dir '\(folder.path("videos"))' --output-path \
            '\(folder.path("small"))/out' --generate-previews --transcode-encoder copy \
            --fixed-stride-split-duration \(clipLength) --fixed-stride-min-clip-length-s 0 --disk-wait 0
            """
        // Root may mount, also where it may not make name spaces, as below a changed root; others the other way about.
        let run =
            geteuid() == 0
            ? try await Command.run("/bin/sh", ["-c", script])
            : try await Command.run("/usr/bin/unshare", ["--map-root-user", "--mount", "sh", "-c", script])
        #expect(run.status == 1, "\(run.errors) \(run.output)")
        #expect(run.errors.contains("disk"), "\(run.errors)")
        #expect(run.errors.contains("ree "), "\(run.errors)")
    }
}
