import Foundation
import TestBrowser
import TestRecords
import Testing

@Suite("A review by keyboard alone", .serialized)
struct KeyboardTests {
    private static let current = "document.querySelector('li.shot.current')"

    @Test("reject, note, tags, rating and its removal: by keys, and on the disk")
    func one() async throws {
        let reviewed = try await ReviewedOutput()
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            try await page.press("r")
            try await page.wait(until: "\(Self.current).querySelector('.chip.rejected')")
            try await page.press("n")
            try await page.wait(until: "document.activeElement.dataset.field === 'note'")
            try await page.press("Too dark, r and x" + BrowserPage.Key.enter)
            try await page.wait(until: "document.querySelector('#said').textContent.startsWith('Note saved')")
            try await page.press("t")
            try await page.wait(until: "document.activeElement.dataset.field === 'tags'")
            try await page.press("ball, grass" + BrowserPage.Key.enter)
            try await page.wait(until: "\(Self.current).querySelectorAll('.chip.tag').length === 2")
            try await page.press("3")
            try await page.wait(until: "\(Self.current).querySelector('.chip.rated')")
            try await page.press("0")
            try await page.wait(until: "!\(Self.current).querySelector('.chip.rated')")
        }
        let window = try #require(try await reviewed.catalog.windows(limit: 1).first)
        #expect(window.review.decision == .rejected && window.review.note == "Too dark, r and x")
        #expect(window.review.tags == ["ball", "grass"] && window.review.rating == nil && window.version == 5)
        #expect(try await reviewed.catalog.windows().dropFirst().allSatisfy { $0.version == 0 })
    }

    @Test("some windows are selected, and a change of them is chosen, looked at and made, by keys")
    func bulk() async throws {
        let reviewed = try await ReviewedOutput()
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            try await page.press("xjjx")
            try await page.wait(until: "document.querySelector('#count').textContent === '6 windows, 2 selected'")
            try await page.press("b")
            try await page.wait(until: "document.activeElement.id === 'bulk-kind'")
            // As people do it: the list's letters, then from field to field.
            try await page.press("Add")
            try await page.wait(until: "document.querySelector('#bulk-kind').value === 'addTag'")
            try await page.press(BrowserPage.Key.tab + BrowserPage.Key.tab)
            try await page.wait(until: "document.activeElement.id === 'bulk-text'")
            let target = try await page.run("return document.querySelector('#bulk-target').value", as: String.self)
            #expect(target == "selection")
            try await page.press("keep" + BrowserPage.Key.enter)
            try await page.wait(until: "!document.querySelector('#bulk-apply').disabled")
            try await page.press(BrowserPage.Key.tab + BrowserPage.Key.tab)
            try await page.wait(until: "document.activeElement.id === 'bulk-apply'")
            try await page.press(BrowserPage.Key.enter)
            try await page.wait(until: "!document.querySelector('dialog[open]')")
            try await page.wait(until: "document.querySelectorAll('#rows .chip.tag').length === 2")
        }
        let tagged = try await reviewed.catalog.windows().map { $0.review.tags == ["keep"] }
        #expect(tagged == [true, false, true, false, false, false])
    }

    @Test("Space plays the clip and stops it")
    func space() async throws {
        let output = try ReviewedOutput.records()
        try output.draw(1)
        try await ServedReview.with(try await ReviewedOutput(output: output)) { review async throws in
            let page = review.page
            let video = "document.querySelector('#detail video')"
            try await page.press("j" + BrowserPage.Key.enter)
            try await page.wait(until: "\(video)?.readyState >= 1")
            try await page.press(" ")
            try await page.wait(until: "!\(video).paused && \(video).currentTime > 2.1")
            try await page.press(" ")
            try await page.wait(until: "\(video).paused")
            #expect(try await page.run("return !document.querySelector('#detail').hidden", as: Bool.self))
        }
    }

    @Test("`?` lists exactly the keys that are known, each of which has one meaning")
    func help() async throws {
        try await ServedReview.with(try await ReviewedOutput()) { review async throws in
            try await review.page.press("?")
            try await review.page.wait(until: "document.querySelector('#help-dialog[open]')")
            let known = try await review.page.run(
                """
                const { table } = await import('/assets/keys.js');
                const names = { ' ': 'Space', ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→' };
                const name = (key) => names[key] ?? key.replace('Escape', 'Esc');
                return table.map(([, keys, sentence]) => `${keys.map(name).join(' ')}: ${sentence}`)
                """, as: [String].self)
            let listed = try await review.page.run(
                """
                const keys = (row) => [...row.querySelectorAll('kbd')].map((key) => key.textContent).join(' ');
                return [...document.querySelectorAll('#help-dialog tbody tr')]
                  .map((row) => `${keys(row)}: ${row.cells[1].textContent}`)
                """, as: [String].self)
            #expect(listed == known && listed.count > 20)
            let keys = try await review.page.run(
                "return (await import('/assets/keys.js')).table.flatMap(([, keys]) => keys)", as: [String].self)
            #expect(Set(keys).count == keys.count, "A key has one meaning.")
        }
    }
}
