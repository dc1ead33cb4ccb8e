import Foundation
import ShotlistCatalog
import Synchronization
import Testing

@Suite("The index follows the records")
struct RefreshTests {
    @Test("new, changed and removed records are seen, and only these are read")
    func changes() async throws {
        let output = try SampleOutput()
        try output.write(["The first caption of all."], clip: 0)
        try output.write(["The second caption of all."], clip: 1)
        let catalog = try await output.open()
        #expect(try await catalog.count() == 2)
        #expect(try await catalog.refresh() == 0)
        try output.write(["Something else is said now.", "And once more here."], clip: 1)
        try output.write(["The third caption of all."], clip: 2)
        let read = Mutex(0)
        #expect(try await catalog.refresh { progress in read.withLock { $0 = progress.total } } == 3)
        #expect(read.withLock { $0 } == 2)
        #expect(try await catalog.count(.text("second")) == 0)
        #expect(try await catalog.count(.text("else")) == 1)
        try output.remove("metas/v0/\(SampleClip(clip: 0).name).json")
        #expect(try await catalog.refresh() == 1)
        #expect(try await catalog.count() == 3)
        #expect(try await catalog.count(.text("first")) == 0)
        try await catalog.close()
    }

    @Test("a second opening reads no record again")
    func again() async throws {
        let output = try SampleOutput()
        try output.write(["One caption of some words."])
        try await output.open().close()
        let read = Mutex(0)
        let catalog = try await Catalog.open(outputPath: output.path, by: "Ada") { progress in
            read.withLock { $0 += progress.total }
        }
        #expect(read.withLock { $0 } == 0)
        #expect(try await catalog.count() == 1)
        try await catalog.close()
    }

    @Test("other checks make the index anew, and what people did stays")
    func anew() async throws {
        let output = try SampleOutput()
        let key = try output.write(["A dog runs over the green grass."])[0]
        let first = try await output.open()
        _ = try await first.change(key, .tags(["dogs"]), expecting: 0)
        _ = try await first.change(key, .rating(4), expecting: 1)
        try await first.close()
        var checks = CheckChoices()
        checks.bannedWords = ["green grass"]
        let second = try await output.open(checks: checks)
        let window = try #require(try await second.window(key))
        #expect(window.flags == ["banned_word"] && window.review.rating == 4 && window.version == 2)
        #expect(try await second.keys(.with { $0.tags = ["dogs"] }) == [key])
        try await second.close()
    }

    @Test("what people did with a window outlives its record")
    func gone() async throws {
        let output = try SampleOutput()
        let clip = SampleClip(captions: ["A dog runs over the green grass."])
        let key = try output.write(clip)[0]
        let catalog = try await output.open()
        _ = try await catalog.change(key, .note("keep"), expecting: 0)
        try output.remove("metas/v0/\(clip.name).json")
        _ = try await catalog.refresh()
        #expect(try await catalog.window(key) == nil)
        try output.write(clip)
        _ = try await catalog.refresh()
        #expect(try await catalog.window(key)?.review.note == "keep")
        try await catalog.close()
    }
}
