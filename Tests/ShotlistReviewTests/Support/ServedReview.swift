import Foundation
import TestBrowser

/// A review that is served on this machine, and a browser that looks at it.
struct ServedReview: Sendable {
    let reviewed: ReviewedOutput
    let page: BrowserPage
    let address: String

    /// Runs a test in a browser of its own; ends everything after it.
    static func with(
        _ reviewed: ReviewedOutput, flags: [String] = [], path: String = "",
        _ body: @Sendable (ServedReview) async throws -> Void
    ) async throws {
        let (addresses, said) = AsyncStream.makeStream(of: String.self)
        let serving = Task {
            defer { said.finish() }
            try await reviewed.server.run { said.yield($0) }
        }
        defer { serving.cancel() }
        guard let address = await addresses.first(where: { _ in true }) else { return try await serving.value }
        try await WebDriver.with(flags: flags) { page in
            try await page.open(address + path)
            try await page.wait(until: "document.querySelector('#rows li.shot[data-key]')")
            try await body(ServedReview(reviewed: reviewed, page: page, address: address))
        }
    }

    /// The words of everything that a selector finds, from top to bottom.
    func texts(_ selector: String) async throws -> [String] {
        try await page.run(
            "return [...document.querySelectorAll(`\(selector)`)].map((e) => e.textContent)", as: [String].self)
    }

    /// Keeps a picture of the page where `SHOTLIST_SCREENSHOTS` says, for the documentation.
    func picture(_ name: String) async throws {
        guard let folder = ProcessInfo.processInfo.environment["SHOTLIST_SCREENSHOTS"] else { return }
        try await page.picture().write(to: URL(filePath: folder).appending(path: "\(name).png"))
    }
}
