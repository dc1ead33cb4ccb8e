import Foundation
import GRDB
import ShotlistCore
import ShotlistLedger
import Testing

@Suite("A ledger that cannot be trusted is refused with what to do")
struct RefusalTests {
    private let output: OutputFolder
    private let keys: RunKeys
    private let source = SampleSource()

    init() throws {
        output = try OutputFolder()
        keys = try Sample.keys()
    }

    /// A closed ledger with some pages.
    private func fill() async throws {
        let ledger = try await output.open()
        try await ledger.commit([source.read, source.planned(keys)])
        try await ledger.commit((0..<200).map { source.answered("\($0)", keys) })
        try await ledger.close()
    }

    private var bytes: Data {
        get throws { try Data(contentsOf: URL(filePath: output.database)) }
    }

    private func overwrite(_ data: Data) throws {
        try data.write(to: URL(filePath: output.database))
    }

    private func expectDamage() async {
        for access in [Ledger.Access.readWrite, .readOnly] {
            let error = await output.failure(access)
            #expect(error?.code == .ledgerInvalid)
            #expect(error?.message.contains(output.database) == true)
            #expect(error?.remedy.contains("shotlist verify --rebuild") == true)
        }
    }

    @Test("one of a newer version, with the version and the program that wrote it")
    func newer() async throws {
        try await fill()
        let other = try output.connection()
        try other.inDatabase { db in
            try db.execute(sql: "UPDATE about SET value = 'Shotlist 9.9'; PRAGMA user_version = 7")
        }
        try other.close()
        for access in [Ledger.Access.readWrite, .readOnly] {
            let error = await output.failure(access)
            #expect(error?.code == .ledgerInvalid)
            #expect(error?.message.contains("version 7") == true)
            #expect(error?.message.contains("Shotlist 9.9") == true)
        }
        // What a later version keeps is nobody's to change.
        let check = try output.connection()
        let version = try check.inDatabase { try Int.fetchOne($0, sql: "PRAGMA user_version") }
        #expect(version == 7)
        try check.close()
    }

    @Test("the program that writes a ledger is told to those that come after it")
    func program() async throws {
        try await fill()
        let later = try await Ledger.open(outputPath: output.path, program: "Shotlist 2")
        try await later.close()
        let check = try output.connection()
        let program = try check.inDatabase { try String.fetchOne($0, sql: "SELECT value FROM about") }
        #expect(program == "Shotlist 2")
        try check.close()
    }

    @Test("another program's database, of which no byte is changed")
    func otherProgram() async throws {
        try FileManager.default.createDirectory(
            atPath: output.path + "/.shotlist", withIntermediateDirectories: true)
        let other = try DatabaseQueue(path: output.database)
        try other.inDatabase { db in
            try db.execute(sql: "CREATE TABLE songs (id INTEGER PRIMARY KEY); PRAGMA application_id = 77")
        }
        try other.close()
        let before = try bytes
        let error = await output.failure()
        #expect(error?.code == .outputInvalid)
        #expect(error?.message.contains("another program") == true)
        #expect(try bytes == before)
        let files = try FileManager.default.contentsOfDirectory(atPath: output.path + "/.shotlist")
        #expect(files == ["ledger.sqlite"])
    }

    @Test("what is no database", arguments: ["", "hello", String(repeating: "hello ", count: 3000)])
    func noDatabase(text: String) async throws {
        try FileManager.default.createDirectory(
            atPath: output.path + "/.shotlist", withIntermediateDirectories: true)
        try overwrite(Data(text.utf8))
        await expectDamage()
        #expect(try bytes == Data(text.utf8))
    }

    @Test("one that cannot be read is not called damaged, which would have it set aside")
    func unreadable() async throws {
        // A folder is opened as a file is, and then fails to be read, as on a disk that fails.
        try FileManager.default.createDirectory(atPath: output.database, withIntermediateDirectories: true)
        for access in [Ledger.Access.readWrite, .readOnly] {
            #expect(await output.failure(access)?.code == .ledgerFailed)
        }
    }

    @Test("one that was cut off", arguments: [100, 4096, 4097, 20000])
    func cut(length: Int) async throws {
        try await fill()
        let whole = try bytes
        #expect(whole.count > 40000)
        try overwrite(whole.prefix(length))
        await expectDamage()
    }

    @Test("one with a page of other bytes, wherever it is")
    func page() async throws {
        try await fill()
        let whole = try bytes
        // The first page has the header, which is kept: it must still be known for a ledger.
        for page in stride(from: 4096, to: whole.count, by: 4096 * 3) {
            var broken = whole
            broken.replaceSubrange(page..<page + 4096, with: Data(repeating: 0x5a, count: 4096))
            try overwrite(broken)
            await expectDamage()
        }
        try overwrite(whole)
        let ledger = try await output.open()
        #expect(try await ledger.history(of: source.clip()).count == 200)
        try await ledger.close()
    }

    @Test("rows that no version writes are damage when they are met, and end nothing else")
    func rows() async throws {
        try await fill()
        let other = try output.connection()
        try other.inDatabase { db in
            try db.execute(sql: "UPDATE answers SET outcome = '{' WHERE id = 1; UPDATE sources SET status = 'odd'")
            try db.execute(sql: "UPDATE windows SET last_frame = -4 WHERE first_frame = 256")
        }
        try other.close()
        let ledger = try await output.open()
        let clip = source.clip()
        let path = source.path
        for ask in [
            { _ = try await ledger.history(of: clip) }, { _ = try await ledger.source(path) },
            { _ = try await ledger.windows(of: clip) }, { _ = try await ledger.counts() },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: ShotlistError.self) { try await ask() }
            #expect(error?.code == .ledgerInvalid)
        }
        #expect(try await ledger.currentAnswers(of: clip).count == 1)
        try await ledger.close()
    }

    @Test("frames and tokens that fit no sum are damage, not the end of whoever counts them")
    func numbers() async throws {
        try await fill()
        let other = try output.connection()
        try other.inDatabase { db in
            try db.execute(sql: "UPDATE windows SET first_frame = 0, last_frame = \(Int.max) WHERE first_frame = 256")
        }
        try other.close()
        let ledger = try await output.open()
        let clip = source.clip()
        let error = await #expect(throws: ShotlistError.self) { _ = try await ledger.windows(of: clip) }
        #expect(error?.code == .ledgerInvalid)
        try await ledger.close()
    }

    @Test("a folder without a ledger has none to read, and none is made there")
    func missing() async throws {
        #expect(await output.failure(.readOnly)?.code == .outputInvalid)
        #expect(!FileManager.default.fileExists(atPath: output.path + "/.shotlist"))
    }

    @Test("one in a folder in which nothing can be written can be read", .enabled(if: geteuid() != 0))
    func readOnlyFolder() async throws {
        try await fill()
        let folder = output.path + "/.shotlist"
        #expect(chmod(folder, 0o555) == 0)
        defer { _ = chmod(folder, 0o755) }
        let ledger = try await output.open(.readOnly)
        #expect(try await ledger.history(of: source.clip()).count == 200)
        try await ledger.close()
    }

    @Test("an output path that is a file is refused")
    func file() async throws {
        let path = try output.write([1], as: "file")
        let error = await #expect(throws: ShotlistError.self) {
            _ = try await Ledger.open(outputPath: path, program: "p")
        }
        #expect(error?.code == .outputInvalid)
    }

    @Test("a damaged ledger is set aside with its log, and the next one begins empty")
    func setAside() async throws {
        try await fill()
        try overwrite(Data("broken".utf8))
        try Data("log".utf8).write(to: URL(filePath: output.database + "-wal"))
        let name = try #require(try Ledger.setAside(outputPath: output.path))
        #expect(try Data(contentsOf: URL(filePath: name)) == Data("broken".utf8))
        #expect(!FileManager.default.fileExists(atPath: output.database + "-wal"))
        let ledger = try await output.open()
        #expect(try await ledger.history(of: source.clip()).isEmpty)
        try await ledger.close()
        let second = try #require(try Ledger.setAside(outputPath: output.path))
        #expect(second != name)
        #expect(try Ledger.setAside(outputPath: output.path) == nil)
    }

    @Test("a log without its ledger is not read into a new one")
    func strayLog() async throws {
        let ledger = try await output.open()
        try await ledger.commit([source.read, source.planned(keys), source.answered("Old.", keys)])
        let killed = try output.copyAsKilled()
        try await ledger.close()
        try FileManager.default.removeItem(atPath: killed.database)
        let fresh = try await killed.open()
        #expect(try await fresh.source(source.path) == nil)
        #expect(try await fresh.problems().isEmpty)
        try await fresh.close()
    }
}
