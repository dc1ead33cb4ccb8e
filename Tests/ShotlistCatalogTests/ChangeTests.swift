import Foundation
import ShotlistCatalog
import ShotlistCore
import Testing

@Suite("What people do is kept, and nobody overwrites another")
struct ChangeTests {
    private let output: SampleOutput
    private let keys: [WindowKey]

    init() throws {
        output = try SampleOutput()
        keys = try output.write(["A red car drives along the road.", "A blue car is parked near two trees."])
    }

    @Test("a person's words stand beside the model's, with name and time, and are searched in their place")
    func caption() async throws {
        let catalog = try await output.open()
        let before = Date()
        let window = try await catalog.change(keys[0], .caption("A green van drives along the road."), expecting: 0)
        #expect(window.captions.caption == "A red car drives along the road.")
        #expect(window.shownCaption == "A green van drives along the road." && window.version == 1)
        #expect(window.review.by == "Ada")
        #expect(try #require(window.review.at).timeIntervalSince(before) > -1)
        #expect(try await catalog.keys(.text("green van")) == [keys[0]])
        #expect(try await catalog.count(.text("red")) == 0)
        let everywhere = WindowFilter.with {
            $0.text = "red"
            $0.searchesAllCaptions = true
        }
        #expect(try await catalog.count(everywhere) == 1)
        #expect(try await catalog.keys(.with { $0.isEdited = true }) == [keys[0]])
        try await catalog.close()
        let again = try await output.open(by: "Bob")
        #expect(try await again.window(keys[0])?.review.caption == "A green van drives along the road.")
        try await again.close()
    }

    @Test("the model's own words, or none, are no edit")
    func noEdit() async throws {
        let catalog = try await output.open()
        let same = try await catalog.change(keys[0], .caption("A red car drives along the road."), expecting: 0)
        #expect(same.version == 0 && same.review.caption == nil)
        _ = try await catalog.change(keys[0], .caption("Other words."), expecting: 0)
        let back = try await catalog.change(keys[0], .caption(nil), expecting: 1)
        #expect(back.version == 2 && back.shownCaption == "A red car drives along the road.")
        #expect(try await catalog.count(.with { $0.isEdited = true }) == 0)
        try await catalog.close()
    }

    @Test("who saw an older version is told who changed it, and nothing is lost")
    func conflict() async throws {
        let (ada, bob) = (try await output.open(by: "Ada"), try await output.open(by: "Bob"))
        _ = try await bob.change(keys[0], .caption("Bob's words."), expecting: 0)
        await #expect { try await ada.change(keys[0], .caption("Ada's words."), expecting: 0) } throws: { error in
            let error = error as? ShotlistError
            return error?.code == .conflict && error?.message.contains("Bob changed") == true
        }
        #expect(try await ada.window(keys[0])?.review.caption == "Bob's words.")
        let changed = try await ada.change(keys[0], .caption("Ada's words."), expecting: 1)
        #expect(changed.version == 2 && changed.review.by == "Ada")
        await #expect { try await ada.change(keys[1], .rating(2), expecting: 7) } throws: {
            ($0 as? ShotlistError)?.code == .conflict
        }
        try await ada.close()
        try await bob.close()
    }

    @Test("of many who change one version at once exactly one gets through")
    func race() async throws {
        let catalog = try await output.open()
        let key = keys[0]
        let wins = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask { (try? await catalog.change(key, .note("note \(number)"), expecting: 0)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(wins == 1)
        #expect(try await catalog.window(key)?.version == 1)
        try await catalog.close()
    }

    @Test("values that are none are refused")
    func refused() async throws {
        let catalog = try await output.open()
        let changes: [ReviewChange] = [
            .rating(0), .rating(6), .tags([String(repeating: "x", count: 101)]),
            .note(String(repeating: "x", count: 2 << 20)),
        ]
        for change in changes {
            await #expect { try await catalog.change(keys[0], change, expecting: 0) } throws: {
                ($0 as? ShotlistError)?.code == .invalidArgument
            }
        }
        let unknown = WindowKey(clip: UUID(), start: 0, end: 1)
        await #expect { try await catalog.change(unknown, .rating(1), expecting: 0) } throws: {
            ($0 as? ShotlistError)?.code == .invalidArgument
        }
        #expect(try await catalog.window(keys[0])?.version == 0)
        try await catalog.close()
    }

    @Test("undo takes back the last change first, and a version never comes again")
    func undo() async throws {
        let catalog = try await output.open()
        _ = try await catalog.change(keys[0], .decision(.approved), expecting: 0)
        _ = try await catalog.change(keys[0], .caption("Other words."), expecting: 1)
        let first = try await catalog.undo()
        #expect(first.map(\.key) == [keys[0]])
        #expect(first[0].review.caption == nil && first[0].review.decision == .approved && first[0].version == 3)
        let second = try await catalog.undo()
        #expect(second[0].review.decision == .none && second[0].version == 4)
        #expect(try await catalog.undo().isEmpty)
        try await catalog.close()
    }

    @Test("undo leaves what others went on from, and then goes to the change before")
    func undoOfOthers() async throws {
        let (ada, bob) = (try await output.open(by: "Ada"), try await output.open(by: "Bob"))
        _ = try await ada.change(keys[1], .rating(5), expecting: 0)
        _ = try await ada.change(keys[0], .note("Ada"), expecting: 0)
        _ = try await bob.change(keys[0], .note("Bob"), expecting: 1)
        await #expect { try await ada.undo() } throws: { error in
            let error = error as? ShotlistError
            return error?.code == .conflict && error?.message.contains("Bob") == true
        }
        #expect(try await ada.window(keys[0])?.review.note == "Bob")
        #expect(try await ada.undo().first?.review.rating == nil)
        try await ada.close()
        try await bob.close()
    }

    @Test("a bulk change is taken back where nobody went on from it, and the rest is told")
    func undoOfSome() async throws {
        let (ada, bob) = (try await output.open(by: "Ada"), try await output.open(by: "Bob"))
        let preview = try await ada.previewBulk(.addTag("car"))
        #expect(try await ada.apply(.addTag("car"), expecting: preview.token) == 2)
        _ = try await bob.change(keys[0], .note("Bob"), expecting: 1)
        let undone = try await ada.undoAndCount()
        #expect(undone.windows.map(\.key) == [keys[1]] && undone.count == 1 && undone.kept == 1)
        #expect(try await ada.keys(.with { $0.tags = ["car"] }) == [keys[0]])
        // The history says of each whether it holds.
        #expect(try await ada.history(keys[0]).entries.contains { $0.isUndone } == false)
        #expect(try await ada.history(keys[1]).entries.contains { $0.isUndone && $0.isBulk })
        // Bob's own change goes on from what stays.
        #expect(try await bob.undo().first?.review.tags == ["car"])
        #expect(try await ada.undo().isEmpty)
        try await ada.close()
        try await bob.close()
    }

    @Test("history has the model's words and every change, the newest first")
    func history() async throws {
        let catalog = try await output.open()
        _ = try await catalog.change(keys[0], .caption("Other words."), expecting: 0)
        _ = try await catalog.undo()
        let history = try await catalog.history(keys[0]).entries
        #expect(history.map(\.kind) == [.undo, .person, .model])
        #expect(history[1].isUndone && history[1].after?.caption == "Other words." && history[1].by == "Ada")
        #expect(history[2].isCurrent && history[2].captions?.caption == "A red car drives along the road.")
        try await catalog.close()
    }

    @Test("a record's earlier captions are in the history")
    func earlier() async throws {
        let entry: [String: Any] = [
            "current": false, "settings": String(repeating: "b", count: 64), "made": "2026-01-02T03:04:05Z",
            "status": "success", "qwen_caption": "What was said before.", "model_id": "old",
        ]
        let clip = SampleClip(clip: 1, captions: ["What is said now."], more: ["caption_history": [entry]])
        let key = try output.write(clip)[0]
        let catalog = try await output.open()
        let history = try await catalog.history(key).entries
        #expect(Set(history.compactMap { $0.captions?.caption }) == ["What was said before.", "What is said now."])
        let old = try #require(history.first { !$0.isCurrent })
        #expect(old.by == "old" && old.at == Date(timeIntervalSince1970: 1_767_323_045))
        try await catalog.close()
    }
}
