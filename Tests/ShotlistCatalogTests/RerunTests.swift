import Foundation
import ShotlistCatalog
import ShotlistCore
import Testing

@Suite("What people did outlives what a later run says")
struct RerunTests {
    private let output: SampleOutput
    private let key: WindowKey

    init() throws {
        output = try SampleOutput()
        key = try output.write(["A red car drives along the road."])[0]
    }

    /// The output after another run, which says this.
    private func say(_ caption: String, _ catalog: Catalog, more: [String: Any] = [:]) async throws {
        try output.write(SampleClip(captions: [caption], more: more))
        #expect(try await catalog.refresh() == 1)
    }

    @Test(
        "an edit that a later run agrees with stays an edit, whatever else is changed",
        arguments: [.rating(5), .decision(.approved), .tags(["car"]), .note("Fine.")] as [ReviewChange])
    func agreed(_ change: ReviewChange) async throws {
        let catalog = try await output.open()
        _ = try await catalog.change(key, .caption("A red van drives along."), expecting: 0)
        try await say("A red van drives along.", catalog)
        let changed = try await catalog.change(key, change, expecting: 1)
        #expect(changed.version == 2 && changed.review.caption == "A red van drives along.")
        try await say("Something else altogether.", catalog)
        #expect(try await catalog.window(key)?.shownCaption == "A red van drives along.")
        try await catalog.close()
    }

    @Test("a bulk change that comes to the model's words leaves an edit an edit")
    func agreedInBulk() async throws {
        let catalog = try await output.open()
        _ = try await catalog.change(key, .caption("A blue car drives along the road."), expecting: 0)
        let change = BulkChange.replace(find: "blue", with: "red", isRegex: false, matchesCase: true)
        let preview = try await catalog.previewBulk(change)
        #expect(try await catalog.apply(change, expecting: preview.token) == 1)
        try await say("Something else altogether.", catalog)
        #expect(try await catalog.window(key)?.shownCaption == "A red car drives along the road.")
        try await catalog.close()
    }
}
