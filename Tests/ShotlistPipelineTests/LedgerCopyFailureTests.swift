import ShotlistCore
import ShotlistPipeline
import Testing

@Suite("Copies of a ledger that do not get into the bucket")
struct LedgerCopyFailureTests {
    private let full = ShotlistError(.diskFull, "The disk is full.", remedy: "Make room.")

    @Test("end a worker when none could be made for long, and not before")
    func patience() {
        let patience = CopyPatience(most: .seconds(300))
        let start = ContinuousClock.now
        #expect(patience.ends(at: full, now: start) == nil)
        #expect(patience.ends(at: full, now: start + .seconds(299)) == nil)
        patience.isCopied()
        #expect(patience.ends(at: full, now: start + .seconds(400)) == nil)
        #expect(patience.ends(at: full, now: start + .seconds(699)) == nil)
        #expect(patience.ends(at: full, now: start + .seconds(700)) == full)
        struct Other: Error {}
        #expect(patience.ends(at: Other(), now: start + .seconds(701))?.code == .internalFailure)
    }

    @Test(
        "end a worker at once where no later one can be made",
        arguments: [ShotlistError.Code.outputInUse, .storageRefused, .storageUnreachable])
    func final(code: ShotlistError.Code) {
        let error = ShotlistError(code, "It is so.")
        #expect(CopyPatience().ends(at: error) == error)
    }

    @Test("are what a shard ends with where the last one did not, with the code of what stood in its way")
    func last() {
        let last = LastCopy()
        #expect(last.error == nil)
        last.take(.ledgerNotCopied(full))
        last.take(.ledgerCopying)
        last.take(.ledgerCopied)
        #expect(last.error == nil)
        last.take(.ledgerNotCopied(full))
        last.take(.note("something else"))
        #expect(last.error?.code == .diskFull && last.error?.message.contains("The disk is full.") == true)
    }
}
