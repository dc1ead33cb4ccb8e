import Foundation
import ShotlistCatalog
import ShotlistCore
import Testing

@Suite("Bulk changes do what was shown, and can be taken back")
struct BulkTests {
    private let output: SampleOutput
    private let keys: [WindowKey]

    init() throws {
        output = try SampleOutput()
        keys = try output.write(["The cat sees a cat.", "A Cat and $1 dogs.", nil, "Nothing of it here."])
    }

    private func previewed(_ change: BulkChange, _ filter: WindowFilter = .all) async throws -> [String] {
        let catalog = try await output.open()
        let preview = try await catalog.previewBulk(change, filter)
        #expect(preview.count == preview.examples.count)
        try await catalog.close()
        return preview.examples.map(\.after)
    }

    private func replace(_ find: String, _ with: String, isRegex: Bool = false, matchesCase: Bool = false) -> BulkChange
    {
        .replace(find: find, with: with, isRegex: isRegex, matchesCase: matchesCase)
    }

    @Test("plain text is found as it stands, and put in as it stands")
    func plain() async throws {
        #expect(try await previewed(replace("cat", "fox")) == ["The fox sees a fox.", "A fox and $1 dogs."])
        #expect(try await previewed(replace("cat", "fox", matchesCase: true)) == ["The fox sees a fox."])
        #expect(try await previewed(replace("$1", "\\two$0")) == ["A Cat and \\two$0 dogs."])
        #expect(try await previewed(replace(".*", "x")).isEmpty)
    }

    @Test("regular expressions put in their groups")
    func regex() async throws {
        #expect(
            try await previewed(replace("(\\w+) sees (a) (\\w+)", "$2 $3 is seen by $1", isRegex: true))
                == ["The a cat is seen by cat."])
        #expect(try await previewed(replace("\\$1", "\\$5\\n", isRegex: true)) == ["A Cat and $5\n dogs."])
        #expect(try await previewed(replace("^", "> ", isRegex: true)).count == 3)
    }

    @Test("prefix and suffix come once, and a window without a caption gets none")
    func ends() async throws {
        let words = try await previewed(.prefix("TRIGGER "))
        #expect(words.count == 3 && words.allSatisfy { $0.hasPrefix("TRIGGER ") })
        let catalog = try await output.open()
        for expected in [3, 0] {
            let preview = try await catalog.previewBulk(.suffix(" End."), .all)
            #expect(try await catalog.apply(.suffix(" End."), expecting: preview.token) == expected)
        }
        try await catalog.close()
    }

    @Test("it is made as one, taken back as one, and in the history of each")
    func whole() async throws {
        let catalog = try await output.open()
        let change = replace("cat", "fox")
        let preview = try await catalog.previewBulk(change)
        #expect(preview.count == 2 && preview.windows == 4)
        #expect(try await catalog.apply(change, expecting: preview.token) == 2)
        #expect(try await catalog.count(.text("fox")) == 2)
        #expect(try await catalog.history(keys[0]).entries.first?.isBulk == true)
        #expect(try await catalog.undo().count == 2)
        #expect(try await catalog.count(.text("fox")) == 0)
        #expect(try await catalog.count(.with { $0.isEdited = true }) == 0)
        try await catalog.close()
    }

    @Test("what changed since the preview is not overwritten")
    func token() async throws {
        let catalog = try await output.open()
        let change = replace("cat", "fox")
        let preview = try await catalog.previewBulk(change)
        _ = try await catalog.change(keys[0], .caption("A cat of mine."), expecting: 0)
        await #expect { try await catalog.apply(change, expecting: preview.token) } throws: {
            ($0 as? ShotlistError)?.code == .conflict
        }
        #expect(try await catalog.count(.text("fox")) == 0)
        // One that is no part of it may change.
        let second = try await catalog.previewBulk(change)
        _ = try await catalog.change(keys[3], .rating(1), expecting: 0)
        #expect(try await catalog.apply(change, expecting: second.token) == 2)
        try await catalog.close()
    }

    @Test("decisions, tags and going back are bulk changes as well")
    func others() async throws {
        let catalog = try await output.open()
        _ = try await catalog.change(keys[0], .caption("Other words."), expecting: 0)
        let changes: [(BulkChange, Int)] = [
            (.decision(.approved), 4), (.addTag(" good "), 4), (.removeTag("good"), 4), (.revert, 1),
        ]
        for (change, count) in changes {
            let preview = try await catalog.previewBulk(change)
            #expect(try await catalog.apply(change, expecting: preview.token) == count)
        }
        let window = try #require(try await catalog.window(keys[0]))
        #expect(window.review.caption == nil && window.review.decision == .approved && window.review.tags.isEmpty)
        try await catalog.close()
    }

    @Test(
        "expressions that are none are refused",
        arguments: ["(", "", "(a)(b)(c)(d)(e)(f)(g)", "[a"])
    func invalid(_ pattern: String) async throws {
        let catalog = try await output.open()
        await #expect { try await catalog.previewBulk(replace(pattern, "x", isRegex: true)) } throws: {
            ($0 as? ShotlistError)?.code == .filterInvalid
        }
        await #expect { try await catalog.previewBulk(replace("(a)", "$2", isRegex: true)) } throws: {
            ($0 as? ShotlistError)?.code == .filterInvalid
        }
        try await catalog.close()
    }

    @Test("an expression that would take for ever is stopped, and the catalog goes on", .timeLimit(.minutes(1)))
    func catastrophic() async throws {
        try output.write([String(repeating: "a", count: 60) + "b"], clip: 1)
        let catalog = try await output.open()
        await #expect { try await catalog.previewBulk(replace("(a+)+$", "x", isRegex: true)) } throws: {
            ($0 as? ShotlistError)?.code == .filterInvalid
        }
        #expect(try await catalog.count() == 5)
        try await catalog.close()
    }

    @Test("a cancelled preview ends, and says so", .timeLimit(.minutes(1)))
    func cancelled() async throws {
        let catalog = try await output.open()
        let change = replace("cat", "fox")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await catalog.previewBulk(change)
        }
        let result = await task.result
        #expect { try result.get() } throws: { ($0 as? ShotlistError)?.code == .cancelled }
        try await catalog.close()
    }
}
