import Foundation
import TestBrowser
import Testing

@Suite("A review where there is little room", .serialized)
struct NarrowTests {
    private static let filters = "document.querySelector('#filters').checkVisibility()"
    private static let button = "document.querySelector('#filters-toggle')"

    /// The first filter that is seen.
    private static let choice =
        "[...document.querySelectorAll('#filters input[type=checkbox]')].find((box) => box.checkVisibility())"

    @Test(
        "filters that have no room are behind a button, by keyboard alone, with a window open or not",
        arguments: [(600, false), (600, true), (1000, true)])
    func filters(_ width: Int, _ isOpen: Bool) async throws {
        try await ServedReview.with(try await ReviewedOutput()) { review async throws in
            let page = review.page
            try await page.wait(until: "document.querySelector('#filters summary')")
            #expect(try await page.run("return \(Self.button).checkVisibility()", as: Bool.self) == false)
            if isOpen {
                try await page.press("o")
                try await page.wait(until: "!document.querySelector('#detail').hidden")
            }
            try await page.resize(width: width, height: 900)
            try await page.wait(until: "\(Self.button).checkVisibility() && !\(Self.filters)")
            _ = try await page.run("\(Self.button).focus(); return true", as: Bool.self)
            try await page.press(BrowserPage.Key.enter)
            try await page.wait(until: "\(Self.filters) && \(Self.button).ariaExpanded === 'true'")
            try await page.wait(until: "document.querySelector('#filters').contains(document.activeElement)")
            #expect(try await page.run(Self.isInFront, as: Bool.self), "Something is before the filters.")
            _ = try await page.run("\(Self.choice).focus(); return true", as: Bool.self)
            try await page.press(" ")
            try await page.wait(until: "location.search.length > 1 && \(Self.choice)?.checked")
            #expect(try await page.run("return \(Self.filters)", as: Bool.self), "It stays while filters are set.")
            try await page.press(BrowserPage.Key.escape)
            try await page.wait(until: "!\(Self.filters) && document.activeElement === \(Self.button)")
            #expect(try await page.run("return \(Self.button).ariaExpanded", as: String.self) == "false")
            #expect(try await page.run("return !document.querySelector('#detail').hidden", as: Bool.self) == isOpen)
        }
    }

    @Test("the panel goes away when the focus leaves it, and is no panel where there is room again")
    func leaving() async throws {
        try await ServedReview.with(try await ReviewedOutput()) { review async throws in
            let page = review.page
            try await page.wait(until: "document.querySelector('#filters summary')")
            try await page.resize(width: 600, height: 900)
            try await page.wait(until: "!\(Self.filters)")
            try await page.press("f")
            try await page.wait(until: "\(Self.filters) && document.activeElement.closest('#filters')")
            _ = try await page.run("document.querySelector('#q').focus(); return true", as: Bool.self)
            try await page.wait(until: "!\(Self.filters)")
            try await page.click("#filters-toggle")
            try await page.wait(until: Self.filters)
            try await page.resize(width: 1400, height: 900)
            try await page.wait(until: "\(Self.filters) && !\(Self.button).checkVisibility()")
            let isBeside = """
                return document.querySelector('#filters').getBoundingClientRect().right
                  <= document.querySelector('main').getBoundingClientRect().left + 1
                """
            #expect(try await page.run(isBeside, as: Bool.self))
        }
    }

    @Test("nothing needs scrolling to the side", arguments: [600, 800, 1000])
    func sideways(_ width: Int) async throws {
        try await ServedReview.with(try await ReviewedOutput()) { review async throws in
            let page = review.page
            try await page.resize(width: width, height: 900)
            try await page.wait(until: "innerWidth <= \(width)")
            for key in ["", "o"] {
                try await page.press(key)
                if key == "o" { try await page.wait(until: "!document.querySelector('#detail').hidden") }
                #expect(
                    try await page.run("return document.documentElement.scrollWidth <= innerWidth", as: Bool.self))
            }
        }
    }

    /// Whether what is in the middle of the panel belongs to it.
    private static let isInFront = """
        const box = document.querySelector('#filters').getBoundingClientRect();
        const found = document.elementFromPoint(box.x + box.width / 2, box.y + 20);
        return document.querySelector('#filters').contains(found)
        """
}
