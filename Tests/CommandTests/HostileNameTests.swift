import Foundation
import Testing

@Suite("Names and files that are built to hurt do nothing to a terminal, to records or to the run")
struct HostileNameTests {
    private static let names = [
        "codes\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m.mp4", "line\nerror: all is lost.mp4", "<script>alert(1)<\\script>.mp4",
        "quotes\"'\\.mp4", "$(touch pwned);`touch pwned`.mp4", "-y.mp4", "\u{202e}4pm.mp4",
        String(repeating: "x", count: 240) + ".mp4",
    ]

    /// Control characters in what was printed, but for line ends.
    private func codes(in text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { scalar in
            scalar != "\n" && (scalar.value < 0x20 || 0x7f...0x9f ~= scalar.value || 0x202a...0x202e ~= scalar.value)
        }
    }

    @Test("videos under such names are cut, and their records are sound", .timeLimit(.minutes(20)))
    func good() async throws {
        let folder = try Folder()
        for name in Self.names { try folder.add("bikes", "videos/\(name)") }
        let run = try await Command.shotlist(
            "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"), "--transcode-encoder",
            "copy", "--verbose", folder: folder.url)
        #expect(run.status == 0, "\(run.errors)")
        #expect(codes(in: run.errors + run.output).isEmpty, "\(run.errors)")
        let forged = run.errors.split(separator: "\n").filter { $0.hasPrefix("error") }
        #expect(forged.isEmpty)
        for name in Self.names {
            let record = try folder.json("out/processed_videos/\(name).json")
            #expect(record["video"] as? String == folder.path("videos") + "/" + name)
        }
        let files = folder.files()
        #expect(!files.contains { $0.hasSuffix("pwned") })
        // Nothing of a clip's name comes from a video's.
        #expect(files.filter { $0.hasPrefix("out/clips/") }.count == Self.names.count)
    }

    @Test("files that fail under such names are told in one line, and kept in the summary as they are")
    func bad() async throws {
        let folder = try Folder()
        for name in Self.names { try folder.write("no video", "videos/\(name)") }
        let run = try await Command.shotlist(
            "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"))
        #expect(run.status == 1)
        #expect(codes(in: run.errors + run.output).isEmpty, "\(run.errors)")
        let told = run.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }
        #expect(told.count == Self.names.count, "\(run.errors)")
        let failed = try folder.json("out/summary.json")["failed_videos"] as? [String: String]
        #expect(Set(failed.map { Array($0.keys) } ?? []) == Set(Self.names.map { folder.path("videos") + "/" + $0 }))
        for name in Self.names {
            let probe = try await Command.shotlist("probe", folder.path("videos") + "/" + name)
            #expect(probe.status == 1)
            #expect(codes(in: probe.errors).isEmpty)
            let lines = probe.errors.split(separator: "\n")
            #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("    ") }, "\(probe.errors)")
        }
    }

    @Test("a name that is no UTF-8 is told, and costs no other video")
    func noText() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/good.mp4")
        let names: [[UInt8]] = [[0x62, 0xff, 0x2e, 0x6d, 0x70, 0x34], [0xfe, 0x80]]
        let paths = names.map { name in
            (Array((folder.path("videos") + "/").utf8) + name + [0]).map { CChar(bitPattern: $0) }
        }
        for path in paths {
            let file = open(path, O_CREAT | O_WRONLY, 0o644)
            try #require(file >= 0)
            close(file)
        }
        defer { for path in paths { unlink(path) } }
        let run = try await Command.shotlist(
            "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"), "--transcode-encoder",
            "copy")
        #expect(run.status == 2, "\(run.errors)")
        #expect(run.errors.contains("no UTF-8"), "\(run.errors)")
        #expect((try folder.json("out/summary.json")["failed_videos"] as? [String: String])?.count == 2)
        #expect(folder.files().filter { $0.hasPrefix("out/clips/") }.count == 1)
    }
}

@Suite("Limits on the command line")
struct LimitCommandTests {
    @Test("what is beyond a limit is refused with the flag that allows it", arguments: ["probe", "frames", "preview"])
    func refused(command: String) async throws {
        let folder = try Folder()
        let file = try Repository.footage("bikes").path
        let more = command == "probe" ? [] : ["-o", folder.path("out")]
        for (flag, value, allowed) in [
            ("--max-width", "639", "640"), ("--max-frames", "249", "250"), ("--max-duration", "9.5", "10"),
        ] {
            let refused = try await Command.run(Command.path, [command, file, flag, value] + more)
            #expect(refused.status == 1)
            #expect(refused.errors.contains(flag) && refused.errors.contains(file), "\(refused.errors)")
            let read = try await Command.run(Command.path, [command, file, flag, allowed] + more)
            #expect(read.status == 0, "\(read.errors)")
        }
    }

    @Test("a run records what it refuses, with the reason, and goes on")
    func run() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        try folder.add("bigbuckbunny", "videos/bunny.mp4")
        let run = try await Command.shotlist(
            "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"), "--transcode-encoder",
            "copy", "--max-width", "1000")
        #expect(run.status == 2, "\(run.errors)")
        let failed = try folder.json("out/summary.json")["failed_videos"] as? [String: String]
        #expect(failed?.count == 1)
        #expect(failed?[folder.path("videos/bunny.mp4")]?.contains("--max-width") == true)
        #expect(folder.files().filter { $0.hasPrefix("out/clips/") }.count == 1)
    }

    @Test(
        "limits that cannot be kept",
        arguments: [
            ("--max-width", "0"), ("--max-height", "-1"), ("--max-pixels", "99999999999"), ("--max-duration", "0"),
            ("--max-duration", "nan"), ("--max-duration", "1e300"), ("--max-frame-rate", "-1"), ("--max-streams", "0"),
            ("--max-probe-bytes", "31"), ("--max-index-bytes", "0"), ("--max-empty-packets", "-1"),
        ])
    func wrong(flag: String, value: String) async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let run = try await Command.shotlist(
            "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"), flag, value)
        #expect(run.status == 64, "\(run.errors)")
        #expect(run.errors.contains(flag), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1)
        #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
    }
}
