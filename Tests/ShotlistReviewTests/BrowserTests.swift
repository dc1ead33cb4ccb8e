import Foundation
import TestBrowser
import TestRecords
import Testing

@Suite("A review in a browser", .serialized)
struct BrowserTests {
    @Test("it opens, shows every window, and a caption stays text")
    func opens() async throws {
        try await ServedReview.with(try await ReviewedOutput()) { review async throws in
            #expect(try await review.texts("#rows .caption").count == 6)
            #expect(try await review.texts("#rows .caption").contains(ReviewedOutput.attack))
            #expect(try await review.texts("#rows img[src=x]").isEmpty)
            #expect(try await review.texts("#count") == ["6 windows"])
            try await review.picture("review-list")
        }
    }

    @Test("a search and a filter leave what they should, and are in the address")
    func searches() async throws {
        try await ServedReview.with(try await ReviewedOutput()) { review async throws in
            try await review.page.press("/")
            try await review.page.press("red ball")
            try await review.page.wait(until: "document.querySelector('#count').textContent === '2 windows'")
            #expect(try await review.page.run("return location.search", as: String.self) == "?q=red+ball")
            try await review.page.open(review.address + "?status=error")
            try await review.page.wait(until: "document.querySelector('#count')?.textContent === '1 window'")
            try await review.page.wait(until: "document.querySelector('#filters input:checked')")
        }
    }

    @Test("everything goes by keyboard: move, open, edit, approve, rate, tag, undo")
    func keyboard() async throws {
        let reviewed = try await ReviewedOutput()
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            try await page.press("ja")
            try await page.wait(until: "document.querySelector('li.shot.current .chip.approved')")
            try await page.press("e")
            try await page.wait(until: "document.activeElement.id === 'caption'")
            try await page.press(" Quickly.")
            try await page.pressWithControl(BrowserPage.Key.enter)
            try await page.wait(until: "document.querySelector('li.shot.current .chip.edited')")
            try await page.press("4")
            try await page.wait(until: "document.querySelector('li.shot.current .chip.rated')")
            try await page.press("t")
            try await page.press("dog, ball" + BrowserPage.Key.enter)
            try await page.wait(until: "document.querySelectorAll('li.shot.current .chip.tag').length === 2")
            try await review.picture("review-window")
            try await page.press("u")
            try await page.wait(until: "document.querySelectorAll('li.shot.current .chip.tag').length === 0")
            try await page.press(BrowserPage.Key.escape)
            try await page.wait(until: "document.querySelector('#detail').hidden")
            #expect(try await page.run("return document.activeElement.className", as: String.self) == "open")
        }
        let window = try await reviewed.catalog.windows(offset: 1, limit: 1).first
        #expect(window?.review.caption == "A dog runs after the red ball. Quickly.")
        #expect(window?.review.decision == .approved && window?.review.rating == 4 && window?.review.tags == [])
    }

    @Test("a bulk change is shown before it is made, and undone as a whole")
    func bulk() async throws {
        let reviewed = try await ReviewedOutput()
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            try await page.press("b")
            try await page.type("ball", into: "#bulk-find")
            try await page.type("cube", into: "#bulk-text")
            #expect(try await page.run("return document.querySelector('#bulk-apply').disabled", as: Bool.self))
            try await page.click("#bulk-preview")
            try await page.wait(until: "document.querySelectorAll('#bulk-dialog ins').length === 2")
            try await review.picture("review-bulk")
            try await page.click("#bulk-apply")
            try await page.wait(until: "document.querySelector('#rows').textContent.includes('red cube')")
            try await page.click("#undo")
            try await page.wait(until: "!document.querySelector('#rows').textContent.includes('red cube')")
        }
        #expect(try await reviewed.catalog.windows().allSatisfy { $0.review.caption == nil })
    }

    @Test("a preview shows every change, a part after another")
    func bulkParts() async throws {
        let output = try RecordedOutput()
        for clip in 0..<21 {
            try output.add(clip, captions: (0..<10).map { "A ball of number \(clip * 10 + $0) rolls." })
        }
        try await ServedReview.with(try await ReviewedOutput(output: output)) { review async throws in
            let page = review.page
            try await page.press("b")
            try await page.type("ball", into: "#bulk-find")
            try await page.type("cube", into: "#bulk-text")
            try await page.click("#bulk-preview")
            try await page.wait(until: "document.querySelectorAll('#bulk-examples li').length === 200")
            try await page.click("#bulk-more")
            try await page.wait(until: "document.querySelectorAll('#bulk-examples li').length === 210")
            let isOver =
                "return document.querySelector('#bulk-more').hidden"
                + " && document.activeElement === document.querySelectorAll('#bulk-examples li')[200]"
            #expect(try await page.run(isOver, as: Bool.self))
        }
    }

    @Test("two tabs that edit the same window do not overwrite each other")
    func conflict() async throws {
        let reviewed = try await ReviewedOutput()
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            let first = try await page.tab()
            try await Self.edit(page)
            let second = try await page.openTab()
            try await page.open(review.address)
            try await page.wait(until: "document.querySelector('#rows li.shot[data-key]')")
            try await Self.edit(page)
            try await page.press(" Second.")
            try await page.go(to: first)
            try await page.press(" First.")
            try await page.pressWithControl(BrowserPage.Key.enter)
            try await page.wait(until: "document.querySelector('li.shot.current .chip.edited')")
            try await page.go(to: second)
            try await page.pressWithControl(BrowserPage.Key.enter)
            try await page.wait(until: "document.querySelector('#conflict')")
            #expect(try await review.texts("#conflict .theirs").first?.hasSuffix("First.") == true)
            try await review.picture("review-conflict")
            try await page.click("#save-mine")
            try await page.wait(until: "!document.querySelector('#conflict')")
            let shown = "document.querySelector('li.shot.current .caption').textContent"
            try await page.wait(until: "\(shown).endsWith('Second.')")
        }
        let history = try await reviewed.catalog.windows(limit: 1).first
        #expect(history?.version == 2)
    }

    @Test("a clip plays at its place, and the frames that the model saw are drawn from it")
    func plays() async throws {
        let output = try ReviewedOutput.records()
        try output.draw(1)
        try await ServedReview.with(try await ReviewedOutput(output: output)) { review async throws in
            let page = review.page
            try await page.press("jo")
            try await page.wait(until: "document.querySelector('#detail video')?.readyState >= 1")
            try await page.wait(until: "Math.abs(document.querySelector('#detail video').currentTime - 2) < 0.1")
            try await page.press("p")
            try await page.wait(until: "document.querySelector('#detail video').currentTime > 2.2")
            try await page.press("p")
            try await page.click("#detail .frames summary")
            try await page.wait(until: "document.querySelectorAll('#detail canvas[data-drawn]').length === 2")
            let differs = """
                const [a, b] = [...document.querySelectorAll('#detail canvas[data-drawn]')].map((c) => c.toDataURL());
                return a !== b
                """
            #expect(try await page.run(differs, as: Bool.self), "One second of this picture is not like the next.")
            try await review.picture("review-player")
        }
    }

    @Test("windows of a run that goes on come by themselves")
    func live() async throws {
        let output = try ReviewedOutput.records()
        try await ServedReview.with(try await ReviewedOutput(output: output)) { review async throws in
            try output.add(4, video: "videos/c.mp4", captions: ["Snow lies on a roof."])
            try await review.page.wait(until: "document.querySelector('#count').textContent === '7 windows'")
        }
    }

    private static func edit(_ page: BrowserPage) async throws {
        try await page.press("e")
        try await page.wait(until: "document.activeElement.id === 'caption'")
    }
}
