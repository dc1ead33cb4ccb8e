import Foundation
import GRDB
import ShotlistCatalog
import ShotlistCore
import Synchronization
import Testing

@Suite("Bulk changes of many windows", .timeLimit(.minutes(3)))
struct LargeBulkTests {
    private let output: SampleOutput

    init() throws {
        output = try SampleOutput()
    }

    /// Clips of 100 windows.
    private func fill(clips: Int) throws {
        for clip in 0..<clips {
            try output.write(
                (0..<100).map {
                    "In place \(clip) the number \($0) drives along a road that is called \(clip * 100 + $0)."
                },
                video: "videos/many.mp4", clip: clip)
        }
    }

    @Test("every change can be looked at, a part at a time")
    func parts() async throws {
        try fill(clips: 3)
        let catalog = try await output.open()
        let change = BulkChange.suffix(" End.")
        var (shown, tokens) = ([BulkPreview.Example](), Set<String>())
        for offset in [0, 200, 400] {
            let part = try await catalog.previewBulk(change, offset: offset)
            #expect(part.count == 300 && part.windows == 300 && part.offset == offset)
            shown += part.examples
            tokens.insert(part.token)
        }
        #expect(tokens.count == 1)
        #expect(shown.map(\.key) == (try await catalog.keys()))
        #expect(shown.allSatisfy { $0.after == $0.before + " End." })
        let few = try await catalog.previewBulk(change, offset: 299, limit: 7)
        #expect(few.examples == [shown[299]])
        try await catalog.close()
    }

    /// Whether something has ended.
    private final class Ending: Sendable {
        let isThere = Mutex(false)
    }

    @Test("others change windows while the index follows one")
    func between() async throws {
        try fill(clips: 20)
        let alone = try output.write(["A red car."], video: "videos/alone.mp4")[0]
        let catalog = try await output.open()
        let many = WindowFilter.with { $0.source = ["videos/many.mp4"] }
        let preview = try await catalog.previewBulk(.prefix("TRIGGER "), many)
        let ending = Ending()
        let applying = Task {
            defer { ending.isThere.withLock { $0 = true } }
            return try await catalog.apply(.prefix("TRIGGER "), many, expecting: preview.token)
        }
        let last = try #require(try await catalog.keys(many).last)
        // The changes are on the disk before the index has them.
        for _ in 0..<100_000 {
            guard try await catalog.window(last)?.version == 0 else { break }
        }
        #expect(try await catalog.window(last)?.version == 1)
        var edits = 0
        while !ending.isThere.withLock({ $0 }), edits < 10_000 {
            _ = try await catalog.change(alone, .note("\(edits)"), expecting: edits)
            edits += 1
        }
        #expect(edits >= 3)
        #expect(try await applying.value == 2000)
        #expect(try await catalog.count(.text("TRIGGER")) == 2000)
        let undone = try await catalog.undoAndCount()
        #expect(undone.count == 1 && undone.windows.map(\.key) == [alone])
        try await catalog.close()
    }

    @Test("what a program that was killed did not come to is in the index when the next one opens it")
    func killed() async throws {
        try fill(clips: 2)
        let first = try await output.open()
        let preview = try await first.previewBulk(.decision(.approved))
        #expect(try await first.apply(.decision(.approved), expecting: preview.token) == 200)
        try await first.close()
        // As behind the transaction of the changes: they are there, and the index has nothing of them.
        let connection = try DatabaseQueue(path: output.path + "/.shotlist/review.sqlite")
        try await connection.write { db in
            try db.execute(
                sql: "UPDATE windows SET decision = 0, changed = 0; INSERT INTO unshown SELECT id FROM windows")
        }
        try connection.close()
        let second = try await output.open()
        #expect(try await second.count(.with { $0.decision = [.approved] }) == 200)
        try await second.close()
    }
}
