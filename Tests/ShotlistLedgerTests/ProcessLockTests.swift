import Foundation
import ShotlistLedger
import TestProcess
import Testing

@Suite("Several have a ledger open")
struct ProcessLockTests {
    @Test("who opens it a second time in one process, and goes, leaves the first one's locks")
    func secondOpening() async throws {
        let output = try OutputFolder()
        let source = SampleSource()
        let keys = try Sample.keys()
        let ledger = try await output.open()
        try await ledger.commit([source.read, source.planned(keys), source.answered("One.", keys)])
        try await output.open(.readOnly).close()
        // Were the locks gone, this one would take itself for the last and throw the log away under the first.
        let count = "print(db.execute('SELECT count(*) FROM answers').fetchone()[0])"
        #expect(try OtherProcess.python(count, on: output.database) == "1")
        try await ledger.commit([source.answered("Two.", keys)])
        #expect(try OtherProcess.python(count, on: output.database) == "2")
        #expect(FileManager.default.fileExists(atPath: output.database + "-wal"))
        try await ledger.close()
    }
}
