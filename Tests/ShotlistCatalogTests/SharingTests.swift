import Foundation
import ShotlistCatalog
import ShotlistLedger
import TestProcess
import Testing

@Suite("Several have an output's files open")
struct SharingTests {
    private func database(_ output: SampleOutput) -> String { output.path + "/.shotlist/review.sqlite" }

    @Test("edits of one catalog outlive another one of its process, and another process that comes and goes")
    func locks() async throws {
        let output = try SampleOutput()
        let key = try output.write(["A dog runs over the green grass."])[0]
        let first = try await output.open()
        try await output.open(by: "Grace").close()
        // Were the first one's locks gone, this one would take itself for the last and throw the log away under it.
        let count = "print(db.execute('SELECT count(*) FROM reviews').fetchone()[0])"
        #expect(try OtherProcess.python(count, on: database(output)) == "0")
        _ = try await first.change(key, .note("kept"), expecting: 0)
        #expect(try OtherProcess.python(count, on: database(output)) == "1")
        try await first.close()
        let again = try await output.open()
        #expect(try await again.window(key)?.review.note == "kept")
        try await again.close()
    }

    @Test("a ledger that another one took the place of is not asked any more")
    func replacedLedger() async throws {
        let output = try SampleOutput()
        let key = try output.write(["A dog runs over the green grass."])[0]
        try await Ledger.open(outputPath: output.path, program: "tests").close()
        let catalog = try await output.open()
        #expect(try await catalog.window(key)?.ledgerProblem == nil)
        let ledger = output.path + "/.shotlist/ledger.sqlite"
        try FileManager.default.moveItem(atPath: ledger, toPath: ledger + ".aside")
        try output.write(Data("This is no database.".utf8), as: ".shotlist/ledger.sqlite")
        #expect(try await catalog.window(key)?.ledgerProblem?.contains("is damaged") == true)
        try output.remove(".shotlist/ledger.sqlite")
        #expect(try await catalog.window(key)?.ledgerProblem == nil)
        try await catalog.close()
    }

    @Test("changes and new windows are told to other catalogs of the output")
    func news() async throws {
        let output = try SampleOutput()
        let key = try output.write(["A dog runs over the green grass."])[0]
        let (one, two) = (try await output.open(), try await output.open(by: "Grace"))
        let before = try await one.state()
        _ = try await two.change(key, .rating(4), expecting: 0)
        let changed = try await one.state()
        #expect(changed.changes == before.changes + 1 && changed.looks == before.looks)
        try output.write(["Another one."], clip: 1)
        _ = try await two.refresh()
        #expect(try await one.state().looks != changed.looks)
        try await one.close()
        try await two.close()
    }
}
