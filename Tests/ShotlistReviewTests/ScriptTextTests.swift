import Foundation
import ShotlistCatalog
import ShotlistReview
import TestBrowser
import TestRecords
import Testing

/// Whatever people and models write is text, wherever the page shows it.
@Suite("Text that looks like scripts, in a browser", .serialized)
struct ScriptTextTests {
    /// For a path and a tag, which have no slash and no comma.
    private static let name = #"<img src=x onerror="window.__hit=1">"#
    private static let text = "\(name)<svg onload=\"window.__hit=1\"></svg><script>window.__hit=1</script>"
    private static let caption = "caption \(text)"
    private static let note = "note \(text)"
    private static let prompt = "prompt \(text)"
    private static let person = "Eve \(name)"
    private static let video = "videos/\(name).mp4"

    @Test("nothing runs, and all of it can be read: list, window, history, bulk change, conflict")
    func page() async throws {
        let reviewed = try await Self.reviewed()
        try await ServedReview.with(reviewed) { review async throws in
            try await review.shows("header", [Self.person])
            try await review.shows("#rows", [Self.caption, "\(Self.name).mp4", Self.name])
            try await review.page.press("o")
            try await review.page.wait(until: "!document.querySelector('#detail').hidden")
            try await review.page.wait(until: "document.querySelectorAll('#filters details').length > 2")
            let openAll = "document.querySelectorAll('details').forEach((d) => { d.open = true }); return true"
            _ = try await review.page.run(openAll, as: Bool.self)
            let texts = [Self.caption, Self.note, Self.prompt, Self.person, Self.name]
            try await review.shows("#detail", texts + ["\(Self.name).mp4"])
            try await review.shows("#detail .history", [Self.person, Self.text])
            try await review.shows("#filters", [Self.name])
            try await Self.checkBulk(review)
            try await Self.checkConflict(review)
            try await review.page.press("m")
            let isTold = "document.querySelector('dialog[open]')?.textContent.includes('onerror')"
            try await review.page.wait(until: isTold)
            try await review.shows("dialog[open]", [Self.name])
        }
    }

    @Test("the same as one file")
    func file() async throws {
        let reviewed = try await Self.reviewed()
        let file = FileManager.default.temporaryDirectory.appending(path: "shotlist-\(UUID().uuidString).html")
        defer { try? FileManager.default.removeItem(at: file) }
        _ = try await StaticReview(reviewed.catalog, outputPath: reviewed.output.folder.path).write(to: file.path)
        try await WebDriver.with { page in
            try await page.open("file://\(file.path)")
            let review = ServedReview(reviewed: reviewed, page: page, address: "")
            try await review.shows("body", ["\(Self.caption) by \(Self.person)", "\(Self.name).mp4", Self.name])
        }
    }

    /// One window that a person has worked on, with attacks for texts, in an output whose ledger knows the prompt.
    private static func reviewed() async throws -> ReviewedOutput {
        let output = try RecordedOutput()
        let run = try await RecordedRun(output, clips: 1, video: video, prompt: prompt)
        try await run.write(1, [caption, "A dog runs."])
        try await run.end()
        let reviewed = try await ReviewedOutput(output: output, person: person)
        let key = try #require(WindowKey(RecordedOutput.key(1)))
        let own = "\(caption) by \(person)"
        let changes: [ReviewChange] = [.tags([name]), .note(note), .decision(.approved), .caption(own)]
        for (version, change) in changes.enumerated() {
            _ = try await reviewed.catalog.change(key, change, expecting: version)
        }
        return reviewed
    }

    private static func checkBulk(_ review: ServedReview) async throws {
        let page = review.page
        try await page.press("b")
        try await page.type("caption", into: "#bulk-find")
        try await page.type("\(Self.text) and", into: "#bulk-text")
        try await page.click("#bulk-preview")
        try await page.wait(until: "document.querySelector('#bulk-dialog ins')")
        try await review.shows("#bulk-dialog .examples", [Self.person])
        let after = try await review.texts("#bulk-dialog .diff > :not(del)").joined()
        #expect(after.hasPrefix("\(Self.text) and \(Self.text) by "), "\(after)")
        try await page.press(BrowserPage.Key.escape)
        try await page.wait(until: "!document.querySelector('dialog[open]')")
    }

    /// Another was quicker: both texts are shown.
    private static func checkConflict(_ review: ServedReview) async throws {
        let page = review.page
        let key = try #require(WindowKey(RecordedOutput.key(1)))
        _ = try await review.reviewed.catalog.change(key, .note("theirs \(Self.text)"), expecting: 4)
        try await page.press("n")
        try await page.wait(until: "document.activeElement.dataset.field === 'note'")
        try await page.type(" and mine", into: "#detail [data-field=note]")
        try await page.press(BrowserPage.Key.enter)
        try await page.wait(until: "document.querySelector('#conflict')")
        try await review.shows("#conflict", [Self.person, "theirs \(Self.text)", "\(Self.note) and mine"])
        try await page.click("#keep-theirs")
        try await page.wait(until: "!document.querySelector('#conflict')")
    }
}

extension ServedReview {
    /// Expects texts to be read in an element, whatever marks stand between their words, and none of them to have
    /// become an element or to have run.
    fileprivate func shows(_ selector: String, _ texts: [String]) async throws {
        let shown = try await page.run(
            """
            const root = document.querySelector(`\(selector)`);
            return [root.textContent, ...[...root.querySelectorAll('input, textarea')].map((e) => e.value)].join('\\n')
            """, as: String.self)
        for text in texts { #expect(shown.contains(text), "\(selector) does not show \(text)") }
        let isInert = """
            return window.__hit === undefined && !document.querySelector('img[src="x"], svg[onload]')
              && ![...document.scripts].some((script) => script.textContent.includes('__hit=1'))
            """
        #expect(try await page.run(isInert, as: Bool.self), "Text became markup in \(selector)")
    }
}
