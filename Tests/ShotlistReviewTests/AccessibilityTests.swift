import Foundation
import TestBrowser
import TestRecords
import Testing

/// What axe-core would find first: things without names, words without contrast, what the keyboard does not reach.
@Suite("A review for everyone", .serialized)
struct AccessibilityTests {
    /// Names of what can be used but has no name.
    private static let nameless = """
        const shown = (e) => e.checkVisibility({ visibilityProperty: true });
        const name = (e) => (e.getAttribute('aria-label') || (e.getAttribute('aria-labelledby') || '').split(' ')
          .map((id) => document.getElementById(id)?.textContent ?? '').join(' ').trim() || [...(e.labels ?? [])]
          .map((l) => l.textContent).join(' ').trim() || e.textContent.trim() || e.getAttribute('title') || '').trim();
        const controls = 'button, a[href], input, select, textarea, summary, video, [role=button], [role=region], '
          + 'dialog, progress';
        return [...document.querySelectorAll(controls)].filter(shown).filter((e) => !name(e))
          .map((e) => e.outerHTML.slice(0, 200))
        """

    /// Words whose colour is too near to what is behind them, as the browser has computed both.
    private static let faint = """
        const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
        const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
          .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
          .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const behind = (e) => {
          for (let at = e; at; at = at.parentElement) {
            const colour = parse(getComputedStyle(at).backgroundColor);
            if (colour.length === 3 || colour[3] === 1) return colour;
          }
          return [255, 255, 255];
        };
        const found = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const e = walker.currentNode.parentElement;
          if (!walker.currentNode.data.trim() || !e.checkVisibility({ visibilityProperty: true })) continue;
          if (e.closest('.hidden, .skip, option, title, button:disabled')) continue;
          const lights = [light(parse(getComputedStyle(e).color)), light(behind(e))].sort((a, b) => a - b);
          const ratio = (lights[1] + 0.05) / (lights[0] + 0.05);
          const words = walker.currentNode.data.slice(0, 40);
          if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${e.tagName}.${e.className}: ${words}`);
        }
        return found
        """

    @Test("everything has a name and can be read, in both schemes, with everything open", arguments: ["light", "dark"])
    func names(_ theme: String) async throws {
        try await ServedReview.with(try await ReviewedOutput()) { review async throws in
            let page = review.page
            _ = try await page.run("document.documentElement.dataset.theme = '\(theme)'; return true", as: Bool.self)
            try await page.press("o")
            try await page.wait(until: "!document.querySelector('#detail').hidden")
            try await page.click("#plots-toggle")
            try await page.wait(until: "document.querySelector('#plots svg')")
            let openAll = "document.querySelectorAll('details').forEach((d) => { d.open = true }); return true"
            _ = try await page.run(openAll, as: Bool.self)
            try await Self.check(page, "the page")
            for key in ["?", "b"] {
                _ = try await page.run("document.activeElement.blur(); return true", as: Bool.self)
                try await page.press(key)
                try await page.wait(until: "document.querySelector('dialog[open]')")
                try await Self.check(page, "the dialog of \(key)")
                try await page.press(BrowserPage.Key.escape)
                try await page.wait(until: "!document.querySelector('dialog[open]')")
            }
            try await review.picture("review-\(theme)")
        }
    }

    @Test("how many windows there are is said to who asks, and not with each that a run adds")
    func count() async throws {
        let reviewed = try await ReviewedOutput()
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            try await page.wait(until: "document.querySelector('#count[role=status]').textContent === '6 windows'")
            try await page.script(
                """
                const place = document.querySelector('#count');
                window.heard = [];
                new MutationObserver(() => heard.push(`${place.getAttribute('aria-live')}: ${place.textContent}`))
                  .observe(place, { childList: true })
                """)
            try await page.press("x")
            try await page.wait(until: "heard.includes('polite: 6 windows, 1 selected')")
            try reviewed.output.add(4, video: "videos/c.mp4", captions: ["Snow lies on a roof."])
            try await page.wait(until: "heard.includes('off: 7 windows, 1 selected')")
            try await page.press("/ball")
            try await page.wait(until: "heard.includes('polite: 2 windows, 1 selected')")
            let heard = try await page.run("return heard", as: [String].self)
            #expect(!heard.contains("polite: 7 windows, 1 selected"), "\(heard)")
        }
    }

    @Test("the page has landmarks and one heading of the first rank; ids come once; lists hold their items")
    func structure() async throws {
        try await ServedReview.with(try await ReviewedOutput()) { review async throws in
            let page = review.page
            func count(_ selector: String) async throws -> Int {
                try await page.run("return document.querySelectorAll(`\(selector)`).length", as: Int.self)
            }
            let landmarks = [
                "main", "header", "aside[aria-label]", "[role=search]", "h1", "html[lang]", "#said[aria-live=polite]",
            ]
            for landmark in landmarks {
                #expect(try await count(landmark) == 1, "\(landmark)")
            }
            #expect(try await count("li:not(ul > li):not(ol > li)") == 0)
            let twice = """
                const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
                return ids.length - new Set(ids).size
                """
            #expect(try await page.run(twice, as: Int.self) == 0)
            #expect(try await count("[tabindex]:not([tabindex='0']):not([tabindex='-1'])") == 0, "No order of its own.")
        }
    }

    @Test("Tab goes through everything in order, shows where it is, and a dialog gives the focus back")
    func focus() async throws {
        try await ServedReview.with(try await ReviewedOutput()) { review async throws in
            let page = review.page
            var seen: [String] = []
            for _ in 0..<80 {
                try await page.press(BrowserPage.Key.tab)
                let at = try await page.run(
                    """
                    const e = document.activeElement;
                    const name = (e.id || e.className || e.tagName).split(' ')[0];
                    return e === document.body ? '' : `${name} ${getComputedStyle(e).outlineStyle}`
                    """, as: String.self)
                if at.isEmpty { break }
                #expect(!at.hasSuffix(" none"), "\(at) shows no focus.")
                seen.append(String(at.split(separator: " ")[0]))
            }
            let order = ["skip", "q", "sort", "bulk", "undo", "help", "open"].compactMap { seen.firstIndex(of: $0) }
            #expect(order.count == 7 && order == order.sorted(), "\(seen)")
            _ = try await page.run("document.querySelector('#bulk').focus(); return true", as: Bool.self)
            try await page.press(BrowserPage.Key.enter)
            try await page.wait(until: "document.querySelector('dialog[open]')")
            try await page.press(BrowserPage.Key.escape)
            try await page.wait(until: "document.activeElement.id === 'bulk'")
        }
    }

    @Test("what is saved is said, and previews stand still for who wants no motion")
    func saidAndStill() async throws {
        let output = try ReviewedOutput.records()
        try output.draw(1)
        let flags = ["--force-prefers-reduced-motion"]
        try await ServedReview.with(try await ReviewedOutput(output: output), flags: flags) { review async throws in
            try await review.page.wait(until: "document.querySelector('.preview.still canvas.first')?.width > 0")
            try await review.page.press("r")
            try await review.page.wait(until: "document.querySelector('#said').textContent.includes('Rejected')")
        }
    }

    private static func check(_ page: BrowserPage, _ what: String) async throws {
        let found = try await page.run(Self.nameless, as: [String].self)
        #expect(found == [], "Without a name in \(what)")
        let faint = try await page.run(Self.faint, as: [String].self)
        #expect(faint == [], "Hard to read in \(what)")
    }
}
