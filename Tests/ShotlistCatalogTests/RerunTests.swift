import Foundation
import GRDB
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

    private static let since = WindowFilter.with { $0.flags = ["changed_since"] }

    @Test(
        "what was judged of other words is marked, and found",
        arguments: [.rating(5), .decision(.approved), .decision(.rejected), .caption("Mine.")] as [ReviewChange])
    func otherWords(_ change: ReviewChange) async throws {
        let catalog = try await output.open()
        let judged = try await catalog.change(key, change, expecting: 0)
        #expect(!judged.flags.contains("changed_since"))
        try await say("A red car is parked by the road.", catalog)
        #expect(try await catalog.window(key)?.flags.contains("changed_since") == true)
        #expect(try await catalog.keys(Self.since) == [key])
        // The words that were judged are there again.
        try await say("A red car drives along the road.", catalog)
        #expect(try await catalog.count(Self.since) == 0)
        try await catalog.close()
    }

    @Test("a note or a tag judges nothing")
    func noJudgement() async throws {
        let catalog = try await output.open()
        _ = try await catalog.change(key, .note("Look again."), expecting: 0)
        _ = try await catalog.change(key, .tags(["car"]), expecting: 1)
        try await say("A red car is parked by the road.", catalog)
        #expect(try await catalog.count(Self.since) == 0)
        try await catalog.close()
    }

    @Test("who decides the same once more decides it of the new words; who rates does not")
    func renewed() async throws {
        let catalog = try await output.open()
        _ = try await catalog.change(key, .decision(.approved), expecting: 0)
        try await say("A red car is parked by the road.", catalog)
        let rated = try await catalog.change(key, .rating(5), expecting: 1)
        #expect(rated.version == 2 && rated.flags.contains("changed_since"))
        let tagged = try await catalog.change(key, .tags(["car"]), expecting: 2)
        #expect(tagged.flags.contains("changed_since"))
        let approved = try await catalog.change(key, .decision(.approved), expecting: 3)
        #expect(approved.version == 4 && !approved.flags.contains("changed_since"))
        // What is taken back is judged of what it was judged of.
        #expect(try await catalog.undo().first?.flags.contains("changed_since") == true)
        try await catalog.close()
    }

    @Test("a bulk decision is of what is there, other bulk changes leave open of what the window was approved")
    func renewedInBulk() async throws {
        let catalog = try await output.open()
        _ = try await catalog.change(key, .decision(.approved), expecting: 0)
        try await say("A red car is parked by the road.", catalog)
        for (change, isMarked) in [
            (.prefix("TRIGGER "), true), (.addTag("car"), true), (.decision(.approved), false),
        ] as [(BulkChange, Bool)] {
            let preview = try await catalog.previewBulk(change)
            #expect(try await catalog.apply(change, expecting: preview.token) == 1)
            #expect(try await catalog.count(Self.since) == (isMarked ? 1 : 0))
        }
        let again = try await catalog.previewBulk(.decision(.approved))
        #expect(again.count == 0)
        try await catalog.close()
    }

    @Test("what was judged of another video at the same path is marked, whatever the words are")
    func otherVideo() async throws {
        let (first, second) = (String(repeating: "1", count: 64), String(repeating: "2", count: 64))
        func video(_ digest: String?) throws {
            var clip = SampleClip(captions: ["A red car drives along the road."])
            clip.digest = digest
            try output.write(clip)
        }
        try video(first)
        let catalog = try await output.open()
        let tag = try #require(try await catalog.window(key)).captionTag
        _ = try await catalog.change(key, .caption("My words."), expecting: 0, seeing: tag)
        try video(second)
        #expect(try await catalog.refresh() == 1)
        #expect(try await catalog.count(Self.since) == 1)
        await #expect { try await catalog.change(key, .rating(1), expecting: 1, seeing: tag) } throws: {
            ($0 as? ShotlistError)?.code == .conflict
        }
        // A record that does not tell says nothing against it.
        try video(nil)
        #expect(try await catalog.refresh() == 1)
        #expect(try await catalog.count(Self.since) == 0)
        try await catalog.close()
    }

    @Test("a change of words that were not seen is refused, and changes nothing")
    func unseen() async throws {
        let catalog = try await output.open()
        let tag = try #require(try await catalog.window(key)).captionTag
        try await say("A red car is parked by the road.", catalog)
        await #expect { try await catalog.change(key, .decision(.approved), expecting: 0, seeing: tag) } throws: {
            ($0 as? ShotlistError)?.code == .conflict
        }
        let window = try #require(try await catalog.window(key))
        #expect(window.version == 0 && window.review.decision == .none)
        _ = try await catalog.change(key, .decision(.approved), expecting: 0, seeing: window.captionTag)
        try await catalog.close()
    }

    @Test("a bulk decision of words that were not previewed is refused")
    func unseenInBulk() async throws {
        let catalog = try await output.open()
        let preview = try await catalog.previewBulk(.decision(.approved))
        try await say("A red car is parked by the road.", catalog)
        await #expect { try await catalog.apply(.decision(.approved), expecting: preview.token) } throws: {
            ($0 as? ShotlistError)?.code == .conflict
        }
        #expect(try await catalog.window(key)?.review.decision == ReviewDecision.none)
        try await catalog.close()
    }

    @Test(
        "a run that captions a window while a bulk change waits for the file is not written over",
        .timeLimit(.minutes(1)))
    func captionedWhileWaiting() async throws {
        let catalog = try await output.open()
        let preview = try await catalog.previewBulk(.prefix("TRIGGER "))
        // Another program, that has read a newer record and is about to say so.
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(
            path: output.path + "/.shotlist/review.sqlite", configuration: configuration)
        try await other.writeWithoutTransaction { db in
            try db.execute(sql: "BEGIN IMMEDIATE; UPDATE details SET best = 'A red car is parked by the road.'")
        }
        async let applied: Int = catalog.apply(.prefix("TRIGGER "), expecting: preview.token)
        // What it plans takes as long as each of these; it then waits for the file.
        for _ in 0..<20 { #expect(try await catalog.previewBulk(.prefix("TRIGGER ")).token == preview.token) }
        try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        let code: ShotlistError.Code?
        do {
            _ = try await applied
            code = nil
        } catch {
            code = (error as? ShotlistError)?.code
        }
        #expect(code == .conflict)
        #expect(try await catalog.window(key)?.review.caption == nil)
        try other.close()
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
