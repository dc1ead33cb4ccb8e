import Foundation
import ShotlistCatalog
import TestBrowser
import TestRecords
import Testing

@Suite("Filters in a browser", .serialized)
struct FilterBrowserTests {
    private static func isCounted(_ count: String) -> String {
        "document.querySelector('#count').textContent === '\(count)'"
    }

    @Test("a bar of statuses leaves what it counts, beside a filter of the same name, and takes itself away again")
    func statusBar() async throws {
        try await ServedReview.with(try await ReviewedOutput()) { review async throws in
            let page = review.page
            let bar = "#plots [data-filter=status][data-value=error]"
            try await page.click("#plots-toggle")
            try await page.wait(until: "document.querySelector('\(bar)')")
            try await page.click(bar)
            try await page.wait(until: Self.isCounted("1 window"))
            try await page.wait(until: "document.querySelector('\(bar)[aria-pressed=true]')")
            #expect(try await page.run("return location.search", as: String.self) == "?status=error")
            #expect(try await review.texts("#chosen button") == ["Status: Error ×"])
            // By keyboard, from where it is.
            _ = try await page.run("document.querySelector('\(bar)').focus(); return true", as: Bool.self)
            try await page.press(BrowserPage.Key.enter)
            try await page.wait(until: Self.isCounted("6 windows"))
            try await page.wait(until: "document.querySelector('\(bar)[aria-pressed=false]')")
            #expect(try await page.run("return document.activeElement.dataset.value", as: String.self) == "error")
            try await page.open(review.address + "?status=success")
            try await page.wait(until: Self.isCounted("5 windows"))
            try await page.click("#plots-toggle")
            try await page.wait(until: "document.querySelector('#plots [data-filter=status]')")
            try await page.click("#plots [data-filter=status][data-value=success]")
            try await page.wait(until: Self.isCounted("6 windows"))
        }
    }

    @Test("a box of a filter leaves what it counts, keeps the focus, and gives all back")
    func box() async throws {
        var checks = CheckChoices()
        checks.bannedWords = ["green grass"]
        try await ServedReview.with(try await ReviewedOutput(checks: checks)) { review async throws in
            let page = review.page
            let box = "#facets [data-filter=flag][data-value=banned_word]"
            try await page.wait(until: "document.querySelector('\(box)')")
            try await page.click(box)
            try await page.wait(until: Self.isCounted("1 window"))
            // Other checks are not among what is left: the filters are drawn anew.
            try await page.wait(until: "document.querySelectorAll('#facets [data-filter=flag]').length === 1")
            #expect(try await page.run("return document.querySelector('\(box)').checked", as: Bool.self))
            let focused = "return document.activeElement.dataset.value ?? ''"
            #expect(try await page.run(focused, as: String.self) == "banned_word")
            try await page.press(" ")
            try await page.wait(until: Self.isCounted("6 windows"))
        }
    }

    @Test("a second status is added from the list, and the first one stays in it")
    func second() async throws {
        try await ServedReview.with(try await ReviewedOutput(), path: "?status=error") { review async throws in
            let page = review.page
            let boxes = "#facets [data-filter=status]"
            try await page.wait(until: "document.querySelectorAll('\(boxes)').length === 2")
            #expect(try await review.texts("#facets label:has([data-filter=status]) .number") == ["5", "1"])
            try await page.click("\(boxes)[data-value=success]")
            try await page.wait(until: Self.isCounted("6 windows"))
            try await page.wait(until: "document.querySelectorAll('\(boxes):checked').length === 2")
        }
    }

    @Test("a range of words is set in fields, and a wrong one is refused")
    func range() async throws {
        try await ServedReview.with(try await ReviewedOutput()) { review async throws in
            let page = review.page
            try await page.click("#filters > details > summary")
            try await page.type("8" + BrowserPage.Key.enter, into: "#r-words-from")
            try await page.wait(until: Self.isCounted("2 windows"))
            #expect(try await page.run("return location.search", as: String.self) == "?words=8-")
            try await page.type("3" + BrowserPage.Key.enter, into: "#r-words-to")
            try await page.wait(until: "document.querySelector('#alert').textContent.includes('at least 8')")
            #expect(try await page.run("return location.search", as: String.self) == "?words=8-")
        }
    }

    @Test("a video that is not listed is found in its filter, by keyboard")
    func find() async throws {
        let output = try RecordedOutput()
        for number in 0..<Facets.most + 5 {
            try output.add(number, video: "videos/v\(number).mp4", captions: ["A ball."])
        }
        try await ServedReview.with(try await ReviewedOutput(output: output)) { review async throws in
            let page = review.page
            try await page.wait(until: "document.querySelector('#s-source')")
            #expect(try await review.texts("#facets [data-value='videos/v99.mp4']").isEmpty)
            _ = try await page.run("document.querySelector('#s-source').focus(); return true", as: Bool.self)
            try await page.press(BrowserPage.Key.enter + BrowserPage.Key.tab)
            try await page.wait(until: "document.activeElement.id === 'find-source'")
            try await page.press("v99")
            try await page.wait(until: "document.querySelectorAll('#facets [data-filter=source]').length === 1")
            try await page.press(BrowserPage.Key.tab + " ")
            try await page.wait(until: Self.isCounted("1 window"))
            #expect(try await page.run("return location.search", as: String.self) == "?source=videos%2Fv99.mp4")
        }
    }
}
