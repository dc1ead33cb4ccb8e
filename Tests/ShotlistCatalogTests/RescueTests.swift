import Foundation
import ShotlistCatalog
import ShotlistCore
import TestProcess
import Testing

@Suite("A damaged index costs no edits")
struct RescueTests {
    private let output: SampleOutput
    private let key: WindowKey
    private var database: String { output.path + "/.shotlist/review.sqlite" }

    init() async throws {
        output = try SampleOutput()
        key = try output.write(["A dog runs over the green grass."])[0]
        let catalog = try await output.open()
        _ = try await catalog.change(key, .caption("A hound runs."), expecting: 0)
        _ = try await catalog.change(key, .rating(4), expecting: 1)
        try await catalog.close()
    }

    /// Overwrites the first page of a table.
    ///
    /// - Returns: where that page is in the file.
    @discardableResult
    private func damage(_ table: String) throws -> Range<Int> {
        let root = "print(db.execute(\"SELECT rootpage FROM sqlite_master WHERE name = '\(table)'\").fetchone()[0])"
        let page = try #require(Int(try OtherProcess.python(root, on: database)))
        var bytes = try Data(contentsOf: URL(filePath: database))
        bytes.replaceSubrange((page - 1) * 4096..<page * 4096, with: Data(repeating: 0x5a, count: 4096))
        try bytes.write(to: URL(filePath: database))
        return (page - 1) * 4096..<page * 4096
    }

    private func inode() throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: database)[.systemFileNumber] as? Int
    }

    @Test("the next opening makes the index anew, keeps the edits, and puts the damaged file aside")
    func index() async throws {
        try damage("details")
        let hurt = try await output.open()
        await #expect { try await hurt.windows() } throws: { error in
            let error = error as? ShotlistError
            return error?.code == .ledgerInvalid && error?.remedy.contains("-wal") == true
        }
        try await hurt.close()
        let catalog = try await output.open()
        let window = try #require(try await catalog.windows().first)
        #expect(window.review.caption == "A hound runs." && window.review.rating == 4 && window.version == 2)
        #expect(try await catalog.count(.text("hound")) == 1)
        #expect(FileManager.default.fileExists(atPath: database + ".damaged-1"))
        // What comes next is a change like any other, and the last one can be taken back.
        _ = try await catalog.change(key, .note("whole"), expecting: 2)
        #expect(try await catalog.undo().first?.review.note == "")
        #expect(try await catalog.undo().first?.review.rating == nil)
        try await catalog.close()
        try await output.open().close()
        #expect(!FileManager.default.fileExists(atPath: database + ".damaged-2"))
    }

    @Test("edits that cannot be read are left as they are, and it says so")
    func edits() async throws {
        let page = try damage("reviews")
        let hurt = try await output.open()
        await #expect(throws: ShotlistError.self) { try await hurt.windows() }
        try await hurt.close()
        let before = try inode()
        await #expect { try await output.open() } throws: { ($0 as? ShotlistError)?.code == .ledgerInvalid }
        #expect(!FileManager.default.fileExists(atPath: database + ".damaged-1"))
        #expect(!FileManager.default.fileExists(atPath: database + ".saved"))
        // The file is the same one, and who knows how may still read out of it what is left.
        #expect(try inode() == before)
        #expect(try Data(contentsOf: URL(filePath: database))[page].allSatisfy { $0 == 0x5a })
        // Moved away as the sentence says, it is no hindrance any more.
        for part in ["", "-wal", "-shm"] {
            try? FileManager.default.moveItem(atPath: database + part, toPath: database + ".old" + part)
        }
        let anew = try await output.open()
        #expect(try await anew.windows().count == 1)
        try await anew.close()
    }
}
