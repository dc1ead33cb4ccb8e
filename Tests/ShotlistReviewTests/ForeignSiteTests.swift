import Foundation
import TestBrowser
import TestRecords
import Testing

@Suite("A review and pages of other sites, in a browser", .serialized)
struct ForeignSiteTests {
    private static let key = RecordedOutput.key(1)

    @Test(
        "a page of another origin reads nothing and changes nothing, whatever it tries",
        arguments: ["127.0.0.1", "localhost", ForeignSite.name])
    func foreign(_ host: String) async throws {
        let output = try ReviewedOutput.records()
        try output.draw(1)
        let reviewed = try await ReviewedOutput(output: output)
        try await ServedReview.with(reviewed, flags: ForeignSite.flags) { review async throws in
            try await Self.checkTools(review)
            try await ForeignSite.with { port async throws in
                let page = review.page
                let target = String(review.address.dropLast())
                try await page.open("http://\(host):\(port)/?target=\(target)&key=\(Self.key)")
                try await page.wait(until: "window.results")
                let results = try await page.run("return window.results", as: [String: String].self)
                let sent = results.filter { ["form", "page"].contains($0.key) }
                #expect(sent == ["form": "sent", "page": "loaded"])
                let others = results.filter { sent[$0.key] == nil }
                #expect(others.count == 10 && others.values.allSatisfy { $0 == "refused" }, "\(others)")
                for frame in 0..<2 {
                    try await page.go(toFrame: frame)
                    let text = try await page.run(
                        "return `${document.body?.innerText ?? ''} ${document.querySelector('#rows') ?? ''}`",
                        as: String.self)
                    #expect(!text.contains("Shotlist") && !text.contains("[object"), "\(text)")
                    try await page.go(toFrame: nil)
                }
            }
        }
        #expect(try await reviewed.catalog.windows().allSatisfy { $0.version == 0 && $0.review.note == "" })
    }

    @Test("a name of another site that leads to this machine gets the page for nothing but a refusal")
    func rebinding() async throws {
        let reviewed = try await ReviewedOutput()
        try await ServedReview.with(reviewed, flags: ForeignSite.flags) { review async throws in
            let page = review.page
            let address = review.address.replacing("127.0.0.1", with: ForeignSite.name)
            try await page.open(address)
            try await page.wait(until: "document.body?.innerText.includes('another host')")
            let read = "\(ForeignSite.tools) return Promise.all([reading('/api/windows'), reading('/api/session')])"
            for answer in try await page.run(read, as: [String].self) {
                #expect(answer.hasPrefix("421 ") && !answer.contains("red ball"), "\(answer)")
            }
            let token = reviewed.server.sessionToken
            let write = """
                \(ForeignSite.tools) return reading('/api/windows/\(Self.key)/change', { method: 'POST',
                headers: { 'Content-Type': 'application/json', 'X-Shotlist-Session': '\(token)' },
                body: JSON.stringify({ expecting: 0, field: 'note', value: 'stolen' }) })
                """
            #expect(try await page.run(write, as: String.self).hasPrefix("421 "))
        }
        #expect(try await reviewed.catalog.windows().allSatisfy { $0.version == 0 })
    }

    /// What tells of refusals tells of success where there is one: in the review's own page.
    private static func checkTools(_ review: ServedReview) async throws {
        let results = try await review.page.run(
            """
            \(ForeignSite.tools)
            return Promise.all([
              loading('img', { src: '/media/preview/\(key)' }),
              loading('video', { src: '/media/clip/\(key)', preload: 'auto' }, 'loadedmetadata'),
              loading('link', { rel: 'stylesheet', href: '/assets/style.css' }),
              reading('/api/windows'),
            ])
            """, as: [String].self)
        #expect(results.prefix(3) == ["loaded", "loaded", "loaded"])
        #expect(results.last?.hasPrefix("200 ") == true && results.last?.contains("red ball") == true)
    }
}
