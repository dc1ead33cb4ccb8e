import Foundation
import ShotlistCatalog
import TestBrowser
import TestRecords
import Testing

/// What axe-core says of the page, in every state that has something of its own.
@Suite("A review, looked at by axe-core", .serialized)
struct AxeTests {
    @Test("nothing that is serious or critical, in both schemes", arguments: ["light", "dark"])
    func everything(_ theme: String) async throws {
        let output = try ReviewedOutput.records()
        try output.draw(1)
        try await ServedReview.with(try await ReviewedOutput(output: output)) { review async throws in
            let page = review.page
            _ = try await page.run("document.documentElement.dataset.theme = '\(theme)'; return true", as: Bool.self)
            try await page.wait(until: "document.querySelector('#filters details')")
            try await Self.check(page, "list, \(theme)")
            try await page.press("g")
            try await page.wait(until: "document.querySelector('#rows[data-view=grid] li.shot[data-key]')")
            try await Self.check(page, "grid, \(theme)")
            try await review.picture("review-grid-\(theme)")
            try await page.press("gx")
            try await page.click("#plots-toggle")
            try await page.wait(until: "document.querySelector('#plots svg')")
            try await Self.check(page, "statistics, \(theme)")
            try await page.click("#plots-toggle")
            try await page.press("o")
            try await page.wait(until: "document.querySelector('#detail video')?.readyState >= 1")
            let openAll = "document.querySelectorAll('details').forEach((d) => { d.open = true }); return true"
            _ = try await page.run(openAll, as: Bool.self)
            try await page.wait(until: "document.querySelectorAll('#detail canvas[data-drawn]').length === 2")
            try await Self.check(page, "a window, \(theme)")
            for (key, name) in [("b", "bulk change"), ("m", "ask again"), ("?", "help")] {
                try await Self.dialog(page, opening: key) { try await Self.check(page, "\(name), \(theme)") }
            }
            try await Self.checkBulk(page, theme)
            try await Self.checkConflict(review, theme)
            try await Self.checkNarrow(page, theme)
        }
    }

    /// A change that is shown and not yet made.
    private static func checkBulk(_ page: BrowserPage, _ theme: String) async throws {
        try await dialog(page, opening: "b") {
            try await page.type("ball", into: "#bulk-find")
            try await page.type("cube", into: "#bulk-text")
            try await page.click("#bulk-preview")
            try await page.wait(until: "document.querySelector('#bulk-dialog ins')")
            try await check(page, "preview of a bulk change, \(theme)")
        }
    }

    /// Another was quicker.
    private static func checkConflict(_ review: ServedReview, _ theme: String) async throws {
        let page = review.page
        let key = try #require(WindowKey(RecordedOutput.key(1)))
        _ = try await review.reviewed.catalog.change(key, .caption("A red cube rolls."), expecting: 0)
        try await page.press("e")
        try await page.wait(until: "document.activeElement.id === 'caption'")
        try await page.press(" Slowly.")
        try await page.pressWithControl(BrowserPage.Key.enter)
        try await page.wait(until: "document.querySelector('#conflict')")
        try await check(page, "conflict, \(theme)")
        try await review.picture("review-conflict-\(theme)")
        try await page.click("#keep-theirs")
        try await page.wait(until: "!document.querySelector('#conflict')")
    }

    private static func checkNarrow(_ page: BrowserPage, _ theme: String) async throws {
        try await page.resize(width: 600, height: 900)
        try await page.wait(until: "innerWidth <= 600")
        try await check(page, "a window at 600 pixels, \(theme)")
        try await page.press(BrowserPage.Key.escape)
        try await page.wait(until: "document.querySelector('#detail').hidden")
        try await check(page, "list at 600 pixels, \(theme)")
        try await page.press("f")
        try await page.wait(until: "document.querySelector('#filters').checkVisibility()")
        try await check(page, "filters at 600 pixels, \(theme)")
    }

    private static func dialog(
        _ page: BrowserPage, opening key: String, _ body: () async throws -> Void
    ) async throws {
        _ = try await page.run("document.activeElement.blur(); return true", as: Bool.self)
        try await page.press(key)
        try await page.wait(until: "document.querySelector('dialog[open]')")
        try await body()
        try await page.press(BrowserPage.Key.escape)
        try await page.wait(until: "!document.querySelector('dialog[open]')")
    }

    private static func check(_ page: BrowserPage, _ what: String) async throws {
        let found = try await page.violations()
        for line in found { print("axe-core, \(what): \(line)") }
        let grave = found.filter { $0.hasPrefix("serious ") || $0.hasPrefix("critical ") }
        #expect(grave == [], "\(what)")
    }
}
