import Foundation
import ShotlistCore
import ShotlistLedger
import ShotlistStorage
import Synchronization

/// What keeps an output in a bucket one: the lease, by which a run on another machine sees this one, and the copy of
/// the ledger, from which that machine goes on.
///
/// The ledger itself is in the work folder of this machine. Files are in the bucket before the ledger tells of them,
/// and so before any copy does: a copy that is behind costs work, and never a file.
final class LedgerCopy: Sendable {
    private let lease: RunLease
    private let bucket: S3Bucket
    private let place: S3Location
    private let output: S3Location
    private let workFolder: String
    private let notes: WorkFolderNotes
    private let pool: BlockingPool
    private let report: @Sendable (RunEvent) -> Void
    private let refuseOthers: @Sendable () async throws -> Void
    /// Whether the ledger is that of one of several processes, which are merged.
    private let isOfPart: Bool
    /// How often the ledger is copied, when something was committed, and how often the lease is renewed.
    private let interval: Duration
    /// Whether somebody waits for a copy.
    private let wantsCopy: @Sendable () -> Bool
    private let renewing = Mutex<Task<Void, Never>?>(nil)
    private let copying = Mutex<Task<Void, Never>?>(nil)
    private let copied = Mutex(-1)

    /// - Parameters:
    ///   - output: what the ledger is of: an output, or what one of several processes makes of one.
    ///   - isOfPart: whether it is the latter.
    ///   - wantsCopy: whether somebody waits for a copy.
    ///   - refuseOthers: throws where somebody is at work beside whom this process must not be.
    init(
        bucket: S3Bucket, output: S3Location, isOfPart: Bool, workFolder: String, interval: Duration,
        pool: BlockingPool,
        wantsCopy: @escaping @Sendable () -> Bool, refuseOthers: @escaping @Sendable () async throws -> Void,
        report: @escaping @Sendable (RunEvent) -> Void
    ) {
        self.isOfPart = isOfPart
        self.wantsCopy = wantsCopy
        self.refuseOthers = refuseOthers
        self.pool = pool
        self.report = report
        self.bucket = bucket
        self.output = output
        self.workFolder = workFolder
        notes = WorkFolderNotes(folder: workFolder)
        self.interval = interval
        place = output.appending(".shotlist/ledger.sqlite")
        lease = RunLease(bucket: bucket, output: output, interval: interval)
    }

    /// Takes the lease, and brings the ledger here where another machine was the last that wrote. Only for who holds
    /// the work folder's lock.
    ///
    /// - Throws: ``ShotlistError``: `output_in_use`, `invalid_argument` when the work folder is that of another output,
    ///   and what the bucket throws.
    func claim() async throws {
        let writer = try await pool.run { [notes, output, bucket] in
            try notes.tie(to: output.description, at: bucket.server)
            return try notes.writer()
        }
        try await lease.take(as: writer)
        // From now on: neither a long way of the ledger here nor one back may let the lease grow old.
        let task = Task { await self.repeating(every: interval, resting: 0) { await self.lease.renew() } }
        renewing.withLock { $0 = task }
        do {
            try await refuseOthers()
            // Parts that a killed run left take room and nobody sees them. Some servers know no list of them.
            _ = try? await bucket.removeUploads(below: output)
            try await bring()
        } catch {
            await giveBack()
            throw error
        }
    }

    /// Whether this run may still write.
    ///
    /// - Throws: ``ShotlistError`` (`output_in_use`) when another one has taken the output over; what the bucket
    ///   throws.
    func checkLease() async throws {
        try await lease.check()
    }

    /// Gives the output back without a copy, also in a task that was cancelled: a lease that stays keeps others away.
    func giveBack() async {
        await Self.stop(renewing)
        await Task { await lease.release() }.value
    }

    /// Copies the ledger now and then until ``finish(_:)``: from when it knows that a run has begun.
    ///
    /// - Throws: of a part what ``send(_:)`` does. As long as the bucket has the copy of an earlier run, which says that it came
    ///   to its end, nothing may be written that it does not know: who merges would take it for the last word.
    func keep(_ ledger: Ledger) async throws {
        if isOfPart { try await send(ledger) }
        let task = Task {
            // At once, so that the bucket says whose ledger is the current one.
            await self.copy(ledger)
            var next = ContinuousClock.now + interval
            await self.repeating(every: min(interval, .seconds(1)), resting: 9) {
                guard ContinuousClock.now >= next || wantsCopy() else { return }
                await self.copy(ledger)
                next = ContinuousClock.now + interval
            }
        }
        copying.withLock { $0 = task }
    }

    /// Copies the ledger a last time and gives the output back. How a run ended is no transaction that counts.
    func finish(_ ledger: Ledger) async {
        await Self.stop(copying)
        copied.withLock { $0 = -1 }
        await copy(ledger)
        await giveBack()
    }

    private static func stop(_ keeper: borrowing Mutex<Task<Void, Never>?>) async {
        let task = keeper.withLock { $0.take() }
        task?.cancel()
        await task?.value
    }

    /// Does something after each interval until the task is cancelled.
    ///
    /// - Parameters:
    ///   - every: the interval, at least.
    ///   - resting: for how many times as long as it took nothing is done after it; with 9, what takes long
    ///     takes a tenth of the time at most.
    private func repeating(every interval: Duration, resting: Int, _ body: () async -> Void) async {
        var pause = interval
        while (try? await Task.sleep(for: pause)) != nil {
            let start = ContinuousClock.now
            await body()
            pause = max(interval, (ContinuousClock.now - start) * resting)
        }
    }

    private func bring() async throws {
        let isHere = Ledger.exists(outputPath: workFolder)
        guard let there = try await bucket.look(place) else {
            if isHere, notes.wasCopied { try await startAnew() }
            return
        }
        try await pool.run { [notes] in try notes.noteCopy() }
        // The copy is this folder's own, and so the ledger here is the same or knows more.
        if isHere, there.label == lease.writer { return }
        let fetched = workFolder + "/.shotlist/ledger.sqlite.fetched.tmp"
        try await bucket.download(there, to: fetched)
        try await pool.run { [workFolder] in try Ledger.replace(outputPath: workFolder, with: fetched) }
        report(
            .note(
                "The ledger of '\(output)' comes from another machine or work folder"
                    + (isHere ? "; the one that was here is kept beside it." : ".")))
    }

    /// A copy was there and is not any more: what the ledger tells of is gone, too.
    private func startAnew() async throws {
        let aside = try await pool.run { [notes] in try notes.setLedgerAside() }
        report(
            .note(
                "'\(output)' was emptied: the copy of its ledger is gone. The run starts anew; the ledger that was "
                    + "here is kept as '\(aside ?? "")'."))
    }

    /// Copies the ledger now.
    ///
    /// - Throws: ``ShotlistError``: `output_in_use` when another run has taken the output over, and what the bucket throws.
    func send(_ ledger: Ledger) async throws {
        let transactions = ledger.statistics.transactions
        let path = workFolder + "/.shotlist/ledger.sqlite.copy.tmp"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await checkLease()
        try await ledger.copy(to: path)
        // Making it may have taken long.
        try await checkLease()
        try await bucket.upload(path, to: place, label: lease.writer)
        copied.withLock { $0 = transactions }
        // Where it cannot be noted, the next copy does it.
        try? notes.noteCopy()
    }

    private func copy(_ ledger: Ledger) async {
        report(.ledgerCopying)
        do {
            if copied.withLock({ $0 }) != ledger.statistics.transactions { try await send(ledger) }
            report(.ledgerCopied)
        } catch is CancellationError {
            // The last copy is made without the task that was cancelled.
        } catch {
            report(.ledgerNotCopied(error))
            report(
                .warning(
                    "The ledger's copy in '\(output)' is behind: \(error) A run from another machine would do again "
                        + "what was done since."))
        }
    }
}
