import Foundation
import ShotlistCatalog
import TestBrowser
import TestRecords
import Testing

@Suite("Which window is meant, in a browser", .serialized)
struct FollowBrowserTests {
    @Test("keys that are quicker than answers change the window that is pointed at", arguments: ["aja", "AA"])
    func fast(_ keys: String) async throws {
        let reviewed = try await ReviewedOutput()
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            try await page.press("o")
            try await page.wait(until: "document.querySelector('#caption')")
            try await page.slow("/api/windows/")
            try await page.press(keys)
            try await page.wait(until: "document.querySelectorAll('#rows .chip.approved').length === 2")
        }
        let decisions = try await reviewed.catalog.windows().map(\.review.decision)
        #expect(decisions == [.approved, .approved, .none, .none, .none, .none])
    }

    @Test("letters that come before the field are written into it")
    func letters() async throws {
        let reviewed = try await ReviewedOutput()
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            try await page.press("o")
            try await page.wait(until: "document.querySelector('#caption')")
            try await page.slow("/api/windows/")
            try await page.press("je rare")
            try await page.wait(until: "document.activeElement.id === 'caption'")
            try await page.pressWithControl(BrowserPage.Key.enter)
            try await page.wait(until: "document.querySelector('li.shot.current .chip.edited')")
        }
        let windows = try await reviewed.catalog.windows()
        #expect(windows.map(\.review.caption)[0...1] == [nil, "A dog runs after the red ball. rare"])
        #expect(windows.allSatisfy { $0.review.decision == .none })
    }

    @Test("windows that come above leave the highlight, the focus and the eye where they are")
    func insertion() async throws {
        let output = try ReviewedOutput.records()
        try await ServedReview.with(try await ReviewedOutput(output: output)) { review async throws in
            let page = review.page
            try await page.press("jj")
            let top = "getBoundingClientRect().top"
            let place = "document.querySelector('li.shot.current').\(top) - document.querySelector('#shots').\(top)"
            let key = "document.querySelector('li.shot.current').dataset.key"
            let before = try await page.run("return [\(key), String(\(place))]", as: [String].self)
            try output.add(9, video: "videos/0.mp4", captions: Array(repeating: "New.", count: 30))
            try await page.wait(until: "document.querySelector('#count').textContent === '36 windows'")
            try await page.wait(until: "document.querySelector('li.shot.current').dataset.index === '32'")
            #expect(try await page.run("return [\(key), String(\(place))]", as: [String].self) == before)
            let focus = "document.activeElement.closest('li')?.dataset.key === \(key)"
            #expect(try await page.run("return \(focus)", as: Bool.self))
        }
    }

    @Test("a caption that a run made anew is shown, and nobody approves words that were not seen")
    func caption() async throws {
        let output = try ReviewedOutput.records()
        let reviewed = try await ReviewedOutput(output: output)
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            try await page.press("o")
            try await page.wait(until: "document.querySelector('#caption')")
            // The page hears of nothing: it shows what was there.
            try await page.script(
                """
                const whole = window.fetch;
                window.fetch = (...all) => String(all[0]) === '/api/news' ? new Promise(() => {}) : whole(...all)
                """)
            try output.add(1, captions: ["A blue ball rolls.", "A dog runs after the red ball."])
            try await Self.index(reviewed, until: "A blue ball rolls.")
            try await page.press("a")
            try await page.wait(until: "document.querySelector('#conflict .now')?.textContent === 'A blue ball rolls.'")
            try await page.click("#keep-theirs")
            try await page.wait(until: "document.querySelector('#caption').value === 'A blue ball rolls.'")
        }
        #expect(try await reviewed.catalog.windows().allSatisfy { $0.review.decision == .none })
    }

    @Test("the window that is open shows what others make of it, and leaves what is being written")
    func news() async throws {
        let reviewed = try await ReviewedOutput()
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            try await page.press("o")
            try await page.wait(until: "document.querySelector('#caption')")
            let key = try #require(try await reviewed.catalog.windows(limit: 1).first?.key)
            try await page.change(key.text, #"{ expecting: 0, field: 'caption', value: 'Theirs.' }"#)
            try await page.wait(until: "document.querySelector('#caption').value === 'Theirs.'")
            try await page.writeCaption(" Mine.")
            try await page.change(key.text, #"{ expecting: 1, field: 'note', value: 'Look again.' }"#)
            try await page.wait(until: "document.querySelector('#edit-note').value === 'Look again.'")
            #expect(try await page.caption() == "Theirs. Mine.")
            try await page.pressWithControl(BrowserPage.Key.enter)
            try await page.wait(
                until: "document.querySelector('li.shot.current .caption').textContent.endsWith('Mine.')")
        }
    }

    @Test("a window that is gone to while the list comes anew is opened, though its first answer has no room")
    func end() async throws {
        let output = try RecordedOutput()
        for number in 1...125 { try output.add(number, captions: ["Rain falls.", "Clip \(number) ends."]) }
        try await ServedReview.with(try await ReviewedOutput(output: output)) { review async throws in
            let page = review.page
            try await page.wait(until: "document.querySelector('#count').textContent === '250 windows'")
            // Pages of the list come when the test lets them; no news come.
            try await page.script(
                """
                window.whole = window.fetch;
                window.held = [];
                window.isAnswered = false;
                window.fetch = async (...all) => {
                  const path = String(all[0]);
                  if (path === '/api/news') return new Promise(() => {});
                  if (!path.startsWith('/api/windows?')) return whole(...all);
                  await new Promise((go) => held.push({ path, go }));
                  const answer = await whole(...all);
                  if (path.includes('offset=200')) isAnswered = true;
                  return answer;
                };
                window.first = () => held.filter(({ path }) => path.includes('offset=0'));
                window.last = () => held.filter(({ path }) => path.includes('offset=200'))
                """)
            // Undo has the list come anew: its top is asked for.
            try await page.press("u")
            try await page.wait(until: "first().length > 0")
            try await page.press(BrowserPage.Key.end + "o")
            try await page.wait(until: "last().length === 1")
            try await page.script("first().forEach(({ go }) => go())")
            // What came has no place for the page that is on its way, and the list asks for it once more.
            try await page.wait(until: "last().length === 2")
            try await page.script("last()[0].go()")
            try await page.wait(until: "isAnswered")
            try await page.script("window.fetch = whole; held.forEach(({ go }) => go())")
            try await page.wait(until: "document.querySelector('#caption')?.value === 'Clip 125 ends.'")
        }
    }

    @Test("keys of one window's pane scroll it; a card tells its caption; Space opens it")
    func pane() async throws {
        try await ServedReview.with(try await ReviewedOutput()) { review async throws in
            let page = review.page
            try await page.press("jk")
            let words = """
                return document.getElementById(document.activeElement.getAttribute('aria-describedby')).textContent
                """
            #expect(try await page.run(words, as: String.self) == "A red ball rolls over the green grass.")
            try await page.press(" ")
            try await page.wait(until: "document.activeElement.matches('#detail h2')")
            let arrowDown = "\u{E015}"
            try await page.press(arrowDown)
            #expect(
                try await page.run("return document.querySelector('li.shot.current').dataset.index", as: String.self)
                    == "0")
            try await page.press("j")
            try await page.wait(until: "document.querySelector('li.shot.current').dataset.index === '1'")
        }
    }

    /// Has the catalog read the records until it knows a caption; looks at records that stay may be 20 seconds apart.
    private static func index(_ reviewed: ReviewedOutput, until caption: String) async throws {
        for _ in 0..<400 {
            _ = try await reviewed.catalog.refresh()
            if try await reviewed.catalog.windows(limit: 1).first?.shownCaption == caption { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("The record was not read anew.")
    }
}
