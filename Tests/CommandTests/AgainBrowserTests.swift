import Foundation
import TestBrowser
import Testing

@Suite("Asking the model again from the browser", .timeLimit(.minutes(15)))
struct AgainBrowserTests {
    /// To this the demo model says the same facts in other words, which begin so.
    private static let (prompt, answer) = ("Refine this caption: x", "Seen again")

    /// Captions of the rows, from top to bottom.
    private static let rows = "[...document.querySelectorAll('#rows p.caption')].map((row) => row.textContent)"

    @Test(
        "selected windows get new captions by the real program; the old ones stay in the history, others as they were")
    func selected() async throws {
        let folder = try Folder()
        try await folder.drawCircle("videos/red-circle.mp4")
        let run = try await Command.shotlist(
            "run", "--video-dir", "videos", "--output-path", "out", "--generate-captions", "--captioning-algorithm",
            "demo", "--transcode-encoder", "copy", "--captioning-window-size", "32",
            "--captioning-remainder-threshold", "16", folder: folder.url)
        try #require(run.status == 0, "\(run.errors)")
        let before = try folder.recordedWindows("out")
        try #require(before.count == 3 && !before.contains { $0.caption.hasPrefix(Self.answer) })

        let review = try await ServedCommand([folder.path("out"), "--no-browser", "--name", "Ada"])
        try await WebDriver.with { page in
            try await page.open(review.address)
            try await page.wait(until: "\(Self.rows).length === 3", looks: 1200)
            try await ask(page)
            // The page shows them without being loaded anew.
            let new = "\(Self.rows).filter((text) => text.startsWith('\(Self.answer)'))"
            try await page.wait(until: "\(new).length === 2", looks: 1200)
            let shown = try await page.run("return \(Self.rows)", as: [String].self)
            let recorded = try folder.recordedWindows("out").map(\.caption)
            #expect(shown == recorded)
            #expect(shown.last == before.last?.caption)
            try await lookAtHistory(page, old: before[0].caption)
        }
        let after = try folder.recordedWindows("out")
        #expect(after.last == before.last)
        for (now, was) in zip(after, before).dropLast() {
            #expect(now.caption.hasPrefix(Self.answer) && now.earlier == [was.caption] && now.prompt != was.prompt)
        }
        #expect(try await review.end(by: SIGTERM).outcome.status == 0)
    }

    /// Selects the first two windows, points at the third, and asks about those that are selected.
    private func ask(_ page: BrowserPage) async throws {
        try await page.press("xjxj")
        try await page.wait(until: "document.querySelector('#count').textContent === '3 windows, 2 selected'")
        try await page.press("m")
        let start = "document.querySelector('#again-start')"
        // To begin with it is the prompt that these windows were asked with.
        try await page.wait(
            until:
                "document.querySelector('#again-prompt')?.value.startsWith('Describe this video') && !\(start).disabled"
        )
        #expect(try await page.run("return document.activeElement.id", as: String.self) == "again-prompt")
        _ = try await page.run("document.activeElement.select(); return true", as: Bool.self)
        try await page.press(Self.prompt)
        let command = "document.querySelector('#again-command').textContent"
        try await page.wait(
            until: "\(command).includes('--captioning-prompt-text=\(Self.prompt)') && !\(start).disabled")
        #expect(try await page.run("return \(start).textContent", as: String.self) == "Ask about 2 windows")
        _ = try await page.run(
            """
            window.told = [];
            const place = document.querySelector('#again-progress');
            new MutationObserver(() => told.push(place.textContent)).observe(place, { childList: true });
            return true
            """, as: Bool.self)
        try await page.click("#again-start")
        try await page.wait(until: "told.some((text) => text.startsWith('2 windows are asked about.'))")
        // Beside other tests the model takes its time.
        try await page.wait(until: "!told.at(-1).startsWith('2 windows are asked about.')", looks: 3000)
        let ending = try await page.run("return told.at(-1)", as: String.self)
        #expect(ending.hasPrefix("Done. "), "\(ending)")
        try await page.press(BrowserPage.Key.escape)
        try await page.wait(until: "!document.querySelector('#again-dialog')")
    }

    /// Opens the first window, from the third, and reads what was said of it: the newest first, each with its prompt.
    private func lookAtHistory(_ page: BrowserPage, old: String) async throws {
        try await page.press("kko")
        try await page.wait(until: "document.querySelector('#caption')?.value.startsWith('\(Self.answer)')")
        let texts = "[...document.querySelectorAll('#detail .history > li')].map((line) => line.textContent)"
        let history = try await page.run("return \(texts)", as: [String].self)
        try #require(history.count == 2, "\(history)")
        #expect(history[0].contains("(current)") && history[0].contains(Self.answer), "\(history)")
        #expect(history[0].contains(Self.prompt), "\(history)")
        #expect(!history[1].contains("(current)") && history[1].contains(old), "\(history)")
        #expect(history[1].contains("Describe this video"), "\(history)")
    }
}
