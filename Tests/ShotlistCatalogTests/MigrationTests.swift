import Foundation
import GRDB
import ShotlistCatalog
import ShotlistCore
import Testing

@Suite("A review database of an older version keeps what people did, and is known to be newer after")
struct MigrationTests {
    private let output: SampleOutput
    private let key: WindowKey

    init() throws {
        output = try SampleOutput()
        key = try output.write(["A red car drives along the road."])[0]
    }

    private func inDatabase<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let connection = try DatabaseQueue(path: output.path + "/.shotlist/review.sqlite")
        defer { try? connection.close() }
        return try connection.inDatabase(body)
    }

    /// An approval, as version 1 kept it: without what was approved.
    private func approve() async throws {
        let catalog = try await output.open()
        _ = try await catalog.change(key, .decision(.approved), expecting: 0)
        try await catalog.close()
        try inDatabase { db in
            try db.execute(
                sql: """
                    UPDATE reviews SET state = json_remove(state, '$.seen');
                    UPDATE about SET value = '1' || substr(value, instr(value, ' ')) WHERE name = 'index';
                    PRAGMA user_version = 1
                    """)
        }
    }

    @Test("what was approved is what the index had then")
    func fromOne() async throws {
        try await approve()
        try await output.open().close()
        let state = try inDatabase { try String.fetchOne($0, sql: "SELECT state FROM reviews") }
        #expect(state?.contains("seen") == true)
        try output.write(["Something else altogether."])
        let catalog = try await output.open()
        let window = try #require(try await catalog.window(key))
        #expect(window.review.decision == .approved && window.version == 1)
        #expect(window.flags.contains("changed_since"))
        try await catalog.close()
    }

    @Test("a run between the two versions is told, too")
    func rerun() async throws {
        try await approve()
        try output.write(["Something else altogether."])
        let catalog = try await output.open()
        #expect(try await catalog.window(key)?.flags.contains("changed_since") == true)
        try await catalog.close()
    }

    @Test("one of a later version is refused and stays as it is")
    func later() async throws {
        try await approve()
        try inDatabase { try $0.execute(sql: "PRAGMA user_version = 99") }
        await #expect { try await output.open() } throws: { error in
            let error = error as? ShotlistError
            return error?.code == .ledgerInvalid && error?.message.contains("version 99") == true
        }
        #expect(try inDatabase { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 99)
    }
}
