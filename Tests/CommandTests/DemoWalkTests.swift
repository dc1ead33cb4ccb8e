import Foundation
import ShotlistCore
import TestBrowser
import TestReaders
import Testing

/// What `scripts/demo.sh` makes, and what comes after it: the whole way from videos to a trainer.
@Suite("The demo's output, looked at in the browser and handed over", .timeLimit(.minutes(15)))
struct DemoWalkTests {
    private static let edited = "Für A & \"B\", 9 %."

    /// Forms with clips, and what reads each.
    private static let readers = [
        "sidecar": "musubi", "musubi-jsonl": "musubi-jsonl", "finetrainers": "finetrainers", "ltx": "ltx",
        "cosmos": "cosmos", "hf": "videofolder", "webdataset": "webdataset", "jsonl": "pandas-jsonl",
        "csv": "pandas-csv", "parquet": "pyarrow",
    ]
    private static let subtitles = ["srt", "vtt"]

    @Test("what was approved and edited there is in every form that the documentation names, with all five clips")
    func walk() async throws {
        #expect(try Self.documented() == Set(Self.readers.keys).union(Self.subtitles))
        let folder = try Folder()
        let videos = try await folder.addDemoVideos("videos")
        let run = try await Command.shotlist(
            "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"), "--generate-captions",
            "--captioning-algorithm", "demo", "--generate-previews")
        try #require(run.status == 0, "\(run.errors)")
        var windows = try folder.recordedWindows("out")
        try #require(windows.map(\.video) == videos)

        let review = try await ServedCommand([folder.path("out"), "--no-browser", "--name", "Ada"])
        try await WebDriver.with { page in
            try await page.open(review.address)
            try await find(page)
            try await correct(page)
        }
        #expect(try await review.end(by: SIGTERM).outcome.status == 0)
        windows[4].caption = Self.edited

        for (form, reader) in Self.readers.sorted(by: { $0.key < $1.key }) {
            let set = try await export(folder, form)
            #expect(try await Self.read(reader, set) == Self.expected(windows, in: folder), "\(form)")
        }
        let approved = try await export(folder, "sidecar", "--decision", "approved")
        #expect(try await Self.read("musubi", approved) == Self.expected([windows[1]], in: folder))
        for form in Self.subtitles { try await checkSubtitles(try await export(folder, form), form, windows) }
    }

    /// All windows, those with words, those of one video; and all again.
    private func find(_ page: BrowserPage) async throws {
        let file = "document.querySelector('#rows .file')?.textContent"
        // Records are read while it is served.
        try await page.wait(until: "document.querySelectorAll('#rows li.shot[data-key]').length === 5", looks: 1200)
        try await page.wait(until: Self.isCounted(5))
        try await page.press("/red circle")
        // Not before all of it is asked for: fewer letters find as many.
        try await page.wait(until: "new URLSearchParams(location.search).get('q') === 'red circle'")
        try await page.wait(until: "\(Self.isCounted(1)) && \(file) === 'red-circle.mp4'")
        try await page.press(BrowserPage.Key.escape)
        try await page.click("#chosen button")
        try await page.wait(until: Self.isCounted(5))
        // Boxes are drawn anew with every count: one is found and clicked at once.
        let box = "document.querySelector('#facets [data-filter=source][data-value$=\"bikes.mp4\"]')"
        try await page.wait(until: box)
        _ = try await page.run("\(box).click(); return true", as: Bool.self)
        try await page.wait(until: "\(Self.isCounted(1)) && \(file) === 'bikes.mp4'")
        try await page.wait(until: "document.querySelector('#chosen button')")
        try await page.click("#chosen button")
        try await page.wait(until: Self.isCounted(5))
        _ = try await page.run("document.activeElement.blur(); return true", as: Bool.self)
    }

    /// Opens the second window and approves it, goes on to the fifth and writes its caption, by keyboard alone but for the
    /// frames.
    private func correct(_ page: BrowserPage) async throws {
        let file = "document.querySelector('#detail .file')?.textContent"
        try await page.press("jo")
        try await page.wait(until: "\(file)?.endsWith('bikes.mp4')")
        try await page.wait(until: "document.querySelector('#detail video').videoWidth > 0")
        try await page.click("#detail .frames summary")
        // The video is where the run read it.
        try await page.wait(until: "document.querySelector('#detail canvas[data-of=video]')", looks: 600)
        _ = try await page.run("document.activeElement.blur(); return true", as: Bool.self)
        try await page.press("a")
        try await page.wait(until: "document.querySelector('li.shot.current .chip.approved')")
        try await page.press("jjje")
        try await page.wait(until: "document.activeElement.id === 'caption' && \(file)?.endsWith('red-circle.mp4')")
        try await page.pressWithControl("a")
        try await page.press(Self.edited)
        try await page.pressWithControl(BrowserPage.Key.enter)
        try await page.wait(until: "document.querySelector('li.shot.current .chip.edited')")
        let shown = "return document.querySelector('li.shot.current .caption').textContent"
        #expect(try await page.run(shown, as: String.self) == Self.edited)
    }

    private static func isCounted(_ count: Int) -> String {
        "document.querySelector('#count').textContent === '\(count) window\(count == 1 ? "" : "s")'"
    }

    /// Exports the output in a form; gives the folder.
    private func export(_ folder: Folder, _ form: String, _ options: String...) async throws -> String {
        let set = folder.path("set-" + ([form] + options).joined(separator: "-"))
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments = ["export", folder.path("out"), "--format", form, "--to", set] + options
        let python = try await Command.onThread { try Checkout.python() }
        process.environment = ProcessInfo.processInfo.environment.merging(["SHOTLIST_EXPORT_PYTHON": python]) { $1 }
        let run = try await Command.finish(process)
        try #require(run.status == 0 && run.errors.isEmpty, "\(form): \(run.errors)")
        return set
    }

    /// What a reader finds, sorted.
    private static func read(_ reader: String, _ set: String) async throws -> [Checkout.Found] {
        try await Command.onThread { try Checkout.read(reader, set, as: Checkout.Found.self).sorted() }
    }

    /// What it is to find: captions, and each with the clip that the run wrote.
    private static func expected(_ windows: [RecordedWindow], in folder: Folder) throws -> [Checkout.Found] {
        try windows.map { window in
            let clip = try Data(contentsOf: folder.url.appending(path: "out/clips/\(window.clip).mp4"))
            return Checkout.Found(part: "train", caption: window.caption, sha256: ContentHash.sha256(clip))
        }.sorted()
    }

    /// One file for each video, with one cue from its beginning.
    private func checkSubtitles(_ set: String, _ form: String, _ windows: [RecordedWindow]) async throws {
        for window in windows {
            let file = "\(set)/\(window.video.replacing(".mp4", with: "")).\(form)"
            let cues = try await Command.onThread { try Checkout.read("subtitles", file, as: Checkout.Cue.self) }
            #expect(cues.map(\.caption) == [window.caption], "\(file)")
            #expect(cues.allSatisfy { $0.start == 0 && $0.end > 3 }, "\(file): \(cues)")
        }
    }

    /// The forms of the table in docs/export.md.
    private static func documented() throws -> Set<String> {
        let page = try String(contentsOf: Checkout.root.appending(path: "docs/export.md"), encoding: .utf8)
        let section = page.components(separatedBy: "## Forms").last?.components(separatedBy: "\n## ").first ?? ""
        let cells = section.split(separator: "\n").filter { $0.hasPrefix("| `") && !$0.hasPrefix("| `--") }
            .compactMap { $0.split(separator: "|").first }
        let forms = cells.flatMap { $0.split(separator: ",") }
        return Set(forms.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) })
    }
}
