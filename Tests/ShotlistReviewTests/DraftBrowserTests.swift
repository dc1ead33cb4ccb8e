import Foundation
import ShotlistCatalog
import TestBrowser
import TestRecords
import Testing

@Suite("What is written in a window and not saved yet", .serialized)
struct DraftBrowserTests {
    private static let approved = "document.querySelector('li.shot.current .chip.approved')"

    @Test("who approves a caption that is being written approves what is written")
    func approve() async throws {
        let reviewed = try await ReviewedOutput()
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            try await page.writeCaption(" Quickly.")
            try await page.click("[data-decision=approved]")
            try await page.wait(until: Self.approved)
        }
        let window = try await reviewed.catalog.windows(limit: 1).first
        #expect(window?.review.caption == "A red ball rolls over the green grass. Quickly.")
        #expect(window?.review.decision == .approved)
    }

    @Test("going to another window and closing save what is written; leaving the page asks while it is not saved")
    func leave() async throws {
        let reviewed = try await ReviewedOutput()
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            let asks = """
                const event = new Event('beforeunload', { cancelable: true });
                dispatchEvent(event);
                return event.defaultPrevented
                """
            try await page.writeCaption(" First.")
            #expect(try await page.run(asks, as: Bool.self))
            try await page.leaveField()
            try await page.press("j")
            try await page.wait(until: "document.querySelector('#caption').value.startsWith('A dog')")
            #expect(try await page.run(asks, as: Bool.self) == false)
            try await page.writeCaption(" Second.")
            try await page.click("#close-detail")
            try await page.wait(until: "document.querySelector('#detail').hidden")
        }
        let captions = try await reviewed.catalog.windows(limit: 2).map(\.review.caption)
        #expect(
            captions == ["A red ball rolls over the green grass. First.", "A dog runs after the red ball. Second."])
    }

    @Test("what cannot be saved stays, and is saved when the field is left again")
    func failure() async throws {
        let reviewed = try await ReviewedOutput()
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            try await page.writeCaption(" Quickly.")
            try await page.leaveField()
            try await page.script(
                """
                window.whole = window.fetch;
                window.fetch = (...all) => all[1]?.method === 'POST' ? Promise.reject(new TypeError('no')) : whole(...all)
                """)
            try await page.press("j")
            try await page.wait(until: "document.querySelector('#alert').textContent.includes('does not answer')")
            try await page.wait(until: "document.querySelector('li.shot.current').dataset.index === '0'")
            #expect(try await page.caption().hasSuffix("Quickly."))
            try await page.press("tdog" + BrowserPage.Key.enter)
            try await page.wait(until: "document.activeElement.id !== 'edit-tags'")
            try await page.script("window.fetch = whole")
            try await page.press("t" + BrowserPage.Key.enter)
            try await page.wait(until: "document.querySelector('li.shot.current .chip.tag')")
            try await page.press("j")
            try await page.wait(until: "document.querySelector('#caption').value.startsWith('A dog')")
        }
        let window = try await reviewed.catalog.windows(limit: 1).first
        #expect(window?.review.caption == "A red ball rolls over the green grass. Quickly.")
        #expect(window?.review.tags == ["dog"])
    }

    @Test("a review that was started anew takes what is being written")
    func restart() async throws {
        let reviewed = try await ReviewedOutput()
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            // As after a restart: the page's token is no longer taken, and the session tells another.
            try await page.script(
                """
                const whole = window.fetch;
                let own = '';
                window.fetch = async (path, options = {}) => {
                  if (path === '/api/session') {
                    const found = await (await whole(path, options)).json();
                    return new Response(JSON.stringify({ ...found, token: 'new' }));
                  }
                  if (options.method !== 'POST') return whole(path, options);
                  const token = options.headers['X-Shotlist-Session'];
                  if (token !== 'new') own = token;
                  const headers = { ...options.headers, 'X-Shotlist-Session': token === 'new' ? own : 'old' };
                  return whole(path, { ...options, headers });
                }
                """)
            try await page.writeCaption(" Quickly.")
            try await page.pressWithControl(BrowserPage.Key.enter)
            try await page.wait(until: "document.querySelector('li.shot.current .chip.edited')")
        }
    }

    @Test("a question that is not answered saves nothing and asks again; theirs that is kept is in the field")
    func keepTheirs() async throws {
        let reviewed = try await ReviewedOutput()
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            try await page.writeCaption(" Mine.")
            let key = try #require(try await reviewed.catalog.windows(limit: 1).first?.key)
            _ = try await reviewed.catalog.change(key, .caption("Theirs."), expecting: 0)
            for answer in [BrowserPage.Key.escape, ""] {
                try await page.pressWithControl(BrowserPage.Key.enter)
                try await page.wait(until: "document.querySelector('#conflict')")
                if answer.isEmpty { try await page.click("#keep-theirs") } else { try await page.press(answer) }
                try await page.wait(until: "!document.querySelector('#conflict')")
                if !answer.isEmpty { #expect(try await page.caption().hasSuffix("Mine.")) }
            }
            try await page.wait(until: "document.querySelector('#caption').value === 'Theirs.'")
        }
        #expect(try await reviewed.catalog.windows(limit: 1).first?.version == 1)
    }

    @Test("who writes on while a caption is saved stays in the field")
    func writeOn() async throws {
        let reviewed = try await ReviewedOutput()
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            try await page.slow("/change")
            try await page.writeCaption(" One.")
            try await page.pressWithControl(BrowserPage.Key.enter)
            try await page.press(" rare")
            try await page.wait(until: "document.querySelector('li.shot.current .chip.edited')")
            try await page.pressWithControl(BrowserPage.Key.enter)
            try await page.wait(until: "document.activeElement.id !== 'caption'")
        }
        let window = try await reviewed.catalog.windows(limit: 1).first
        #expect(window?.review.caption == "A red ball rolls over the green grass. One. rare")
        #expect(window?.review.decision == ReviewDecision.none)
    }
}
