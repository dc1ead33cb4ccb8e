import Foundation
import ShotlistCatalog
import ShotlistCore
import Synchronization
import TestProcess
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

    @Test("a record that cannot be looked at is not taken for one that is gone")
    func lookFails() async throws {
        let output = try SampleOutput()
        let clip = SampleClip(captions: ["A dog runs over the green grass."])
        let key = try output.write(clip)[0]
        let catalog = try await output.open()
        let name = "metas/v0/\(clip.name).json"
        try output.remove(name)
        // A link to itself cannot be followed, as a file of a disk that fails cannot be read.
        try FileManager.default.createSymbolicLink(
            atPath: output.path + "/" + name, withDestinationPath: output.path + "/" + name)
        _ = try await catalog.refresh()
        #expect(try await catalog.window(key) != nil)
        try await catalog.close()
    }

    @Test("a record whose rights are given later is read then", .enabled(if: geteuid() != 0))
    func rightsComeLater() async throws {
        let output = try SampleOutput()
        let clip = SampleClip(captions: ["A dog runs over the green grass."])
        try output.write(clip)
        let file = output.path + "/metas/v0/\(clip.name).json"
        #expect(chmod(file, 0) == 0)
        let catalog = try await output.open()
        #expect(try await catalog.count() == 0)
        #expect(try await catalog.unreadableRecords().count == 1)
        #expect(chmod(file, 0o644) == 0)
        try output.write(["Another one."], clip: 1)
        _ = try await catalog.refresh()
        #expect(try await catalog.count() == 2)
        #expect(try await catalog.unreadableRecords().isEmpty)
        try await catalog.close()
    }

    @Test("previews and clips that are written after their record are found")
    func lateMedia() async throws {
        let output = try SampleOutput()
        let key = try output.write(["A dog runs over the green grass."])[0]
        let catalog = try await output.open()
        #expect(try await catalog.window(key)?.hasPreview == false)
        try output.write(Data([1]), as: "previews/\(key.text).webp")
        try output.write(Data([1]), as: "clips/\(key.clipName).mp4")
        try output.write(["Another one."], clip: 1)
        _ = try await catalog.refresh()
        let window = try #require(try await catalog.window(key))
        #expect(window.hasPreview && window.hasClip)
        try await catalog.close()
    }

    @Test("a record that the index cannot keep is named, and the others are kept")
    func oneFails() async throws {
        let output = try SampleOutput()
        let keys = try (0..<3).map { try output.write(["Caption number \($0)."], clip: $0)[0] }
        let catalog = try await output.open()
        for key in keys { _ = try await catalog.change(key, .rating(3), expecting: 0) }
        try await catalog.close()
        // What is said of one window is not what any version writes.
        try OtherProcess.python(
            "db.execute(\"UPDATE reviews SET state = '{' WHERE clip = '\(keys[1].clipName)'\")",
            on: output.path + "/.shotlist/review.sqlite")
        for clip in 0..<3 { try output.write(["Another caption, number \(clip)."], clip: clip) }
        let again = try await output.open()
        #expect(try await Set(again.keys(.text("another"))) == [keys[0], keys[2]])
        #expect(try await again.unreadableRecords()["\(keys[1].clipName).json"] != nil)
        try await again.close()
    }

    @Test("edits whose windows are gone are counted and named")
    func orphans() async throws {
        let output = try SampleOutput()
        let clip = SampleClip(captions: ["A dog runs.", "A cat sleeps."])
        let keys = try output.write(clip)
        let catalog = try await output.open()
        _ = try await catalog.change(keys[0], .note("keep"), expecting: 0)
        _ = try await catalog.change(keys[1], .note("keep"), expecting: 0)
        _ = try await catalog.change(keys[1], .note(""), expecting: 1)
        #expect(try await catalog.state().sentences.isEmpty)
        try output.remove("metas/v0/\(clip.name).json")
        _ = try await catalog.refresh()
        let state = try await catalog.state()
        #expect(state.reviewsWithoutWindow == 1, "One was taken back to nothing.")
        #expect(state.sentences.first?.contains("1 window is kept") == true)
        try await catalog.close()
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
