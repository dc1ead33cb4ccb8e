import Foundation
import TestRecords
import Testing

@Suite("shotlist review", .timeLimit(.minutes(10)))
struct ReviewCommandTests {
    private static func records() throws -> RecordedOutput {
        let output = try RecordedOutput()
        try output.add(1, captions: ["A red ball rolls over the grass.", "A dog runs after it."])
        return output
    }

    @Test("serves an output without a ledger; a signal ends it within seconds, with 0", arguments: [SIGTERM, SIGINT])
    func ends(_ number: Int32) async throws {
        let output = try Self.records()
        let review = try await ServedCommand([output.folder.path, "--no-browser", "--name", "Ada"])
        let page = try await review.get("")
        #expect(page.status == 200 && page.text.contains("Shotlist"))
        let session = try await review.get("api/session")
        #expect(session.text.contains(#""person":"Ada""#), "\(session.text)")
        let (outcome, time) = try await review.end(by: number)
        #expect(outcome.status == 0, "\(outcome.status) \(outcome.errors)")
        #expect(time < .seconds(8), "\(time)")
        #expect(outcome.output.contains("signed 'Ada': \(review.address)"))
        #expect(outcome.output.split(separator: "\n").count == 1)
    }

    @Test("a port that is in use is refused with 64, and a sentence that says what to do")
    func port() async throws {
        let output = try Self.records()
        let first = try await ServedCommand([output.folder.path, "--no-browser"])
        let second = try await Command.shotlist("review", output.folder.path, "--no-browser", "--port", first.port)
        #expect(second.status == 64 && second.output.isEmpty)
        #expect(second.errors.contains("port \(first.port) of '127.0.0.1': it is in use."), "\(second.errors)")
        #expect(second.errors.contains("Give another --port"))
        #expect(try await first.get("").status == 200, "The first goes on.")
    }

    @Test("another address than this machine's own is refused with 64 without a token")
    func host() async throws {
        let output = try Self.records()
        let run = try await Command.shotlist("review", output.folder.path, "--no-browser", "--host", "0.0.0.0")
        #expect(run.status == 64 && run.output.isEmpty)
        #expect(run.errors.contains("Without an access token") && run.errors.contains("SHOTLIST_REVIEW_TOKEN"))
        #expect(run.errors.split(separator: "\n").count == 1)
    }

    @Test("what NeMo Curator wrote is reviewed as it stands")
    func nemo() async throws {
        let folder = try Folder()
        let theirs = Repository.root.appending(path: "Tests/ShotlistPipelineTests/Fixtures/nemo_output")
        try FileManager.default.copyItem(atPath: theirs.path, toPath: folder.path("out"))
        let review = try await ServedCommand([folder.path("out"), "--no-browser"])
        // It is read while it is served.
        var found = ""
        for _ in 0..<300 {
            found = try await review.get("api/windows").text
            if found.contains("caption of frames") { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(found.contains("enhanced caption of frames 0 to 249"), "\(found)")
        #expect(try await review.end(by: SIGTERM).outcome.status == 0)
    }

    @Test("a folder without records, and one that is not there, are refused in one sentence")
    func nothing() async throws {
        let folder = try Folder()
        try folder.write("text", "other/notes.txt")
        for name in ["other", "missing"] {
            let run = try await Command.shotlist("review", folder.path(name), "--no-browser")
            #expect(run.status == 1 && run.output.isEmpty)
            #expect(run.errors.hasPrefix("shotlist: There are no records in '\(folder.path(name))'."), "\(run.errors)")
            #expect(run.errors.split(separator: "\n").count == 1)
        }
        #expect(folder.files() == ["other/notes.txt"], "Nothing is left in it.")
    }

    @Test("--export-html writes one file, says how much is in it, and serves nothing")
    func exported() async throws {
        let (output, folder) = (try Self.records(), try Folder())
        let file = folder.path("captions.html")
        let run = try await Command.shotlist("review", output.folder.path, "--export-html", file)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("2 of 2 windows in \(file)") && !run.output.contains("http://"))
        #expect(run.errors.contains("2 previews are missing"))
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains("A dog runs after it."))
        let none = try await Command.shotlist("review", output.folder.path, "--export-html", "/nowhere/at/all.html")
        #expect(none.status != 0 && none.errors.contains("/nowhere/at/all.html"))
    }
}

@Suite("shotlist review opens a browser", .timeLimit(.minutes(10)))
struct ReviewBrowserTests {
    private static let sentence = "No browser could be opened; open the address above."

    /// Where `xdg-open` is a script of the test's, on a machine that has a screen.
    private func desktop(_ folder: Folder, _ script: String?) throws -> [String: String] {
        if let script {
            let opener = try folder.write("#!/bin/sh\n\(script)\n", "bin/xdg-open")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: opener)
        }
        return ["PATH": folder.path("bin"), "DISPLAY": ":99", "SHOTLIST_REVIEW_TOKEN": ""]
    }

    private func served(
        _ folder: Folder, _ environment: [String: String], _ flags: [String] = []
    ) async throws -> ServedCommand {
        try folder.write(
            #"{"span_uuid": "00000000-0000-5000-8000-000000000001", "source_video": "a.mp4", "windows": []}"#,
            "out/metas/v0/00000000-0000-5000-8000-000000000001.json")
        return try await ServedCommand([folder.path("out")] + flags, environment: environment)
    }

    /// Waits until the review has said something, for at most a minute.
    private func said(_ review: ServedCommand) async throws -> String {
        for _ in 0..<600 where try review.said().isEmpty { try await Task.sleep(for: .milliseconds(100)) }
        return try review.said()
    }

    @Test("it is given the address")
    func opens() async throws {
        let folder = try Folder()
        let review = try await served(folder, try desktop(folder, "echo \"$1\" > '\(folder.path("opened"))'"))
        let isOpen = await LocalServer.wait {
            (try? String(contentsOfFile: folder.path("opened"), encoding: .utf8))?.hasSuffix("\n") == true
        }
        #expect(isOpen)
        let opened = try String(contentsOfFile: folder.path("opened"), encoding: .utf8)
        #expect(opened == review.address + "\n")
        #expect(try await review.end(by: SIGTERM).outcome.errors.contains(Self.sentence) == false)
    }

    @Test(
        "without one, and with one that fails, the address is printed all the same, and that is said",
        arguments: [nil, "exit 3", "kill -9 $$"])
    func fails(_ script: String?) async throws {
        let folder = try Folder()
        let review = try await served(folder, try desktop(folder, script))
        #expect(try await said(review).contains(Self.sentence))
        #expect(try await review.get("").status == 200)
        #expect(try await review.end(by: SIGTERM).outcome.status == 0)
    }

    @Test("one that takes its time keeps nobody waiting")
    func slow() async throws {
        let folder = try Folder()
        let review = try await served(folder, try desktop(folder, "exec /bin/sleep 60"))
        #expect(try await review.get("").status == 200)
        let (outcome, time) = try await review.end(by: SIGTERM)
        #expect(outcome.status == 0 && time < .seconds(8), "\(outcome.status) \(time)")
        #expect(!outcome.errors.contains(Self.sentence))
    }

    @Test("with --no-browser, or with a token, it is left alone", arguments: [true, false])
    func leftAlone(_ hasFlag: Bool) async throws {
        let folder = try Folder()
        var environment = try desktop(folder, "echo \"$1\" > '\(folder.path("opened"))'")
        if !hasFlag { environment["SHOTLIST_REVIEW_TOKEN"] = "0123456789abcdef" }
        let flags = hasFlag ? ["--no-browser"] : []
        let review = try await served(folder, environment, flags)
        #expect(hasFlag || review.address.hasSuffix("/?token=0123456789abcdef"))
        #expect(try await review.end(by: SIGTERM).outcome.status == 0)
        #expect(!folder.files().contains("opened"))
    }
}
