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
    /// How often the ledger is copied, when something was committed, and how often the lease is renewed.
    private let interval: Duration
    private let renewing = Mutex<Task<Void, Never>?>(nil)
    private let copying = Mutex<Task<Void, Never>?>(nil)
    private let copied = Mutex(-1)

    init(bucket: S3Bucket, output: S3Location, workFolder: String, interval: Duration) {
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
    func claim(_ context: RunContext) async throws {
        let writer = try await context.pool.run { [notes, output, bucket] in
            try notes.tie(to: output.description, at: bucket.server)
            return try notes.writer()
        }
        try await lease.take(as: writer)
        // From now on: neither a long way of the ledger here nor one back may let the lease grow old.
        let task = Task { await self.repeating(resting: 0) { await self.lease.renew() } }
        renewing.withLock { $0 = task }
        // Parts that a killed run left take room and nobody sees them. Some servers know no list of them.
        _ = try? await bucket.removeUploads(below: output)
        do {
            try await bring(context)
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

    /// Gives the output back without a copy.
    func giveBack() async {
        await Self.stop(renewing)
        await lease.release()
    }

    /// Copies the ledger now and then until ``finish(_:_:)``.
    func keep(_ ledger: Ledger, _ context: RunContext) {
        let task = Task {
            // At once, so that the bucket says whose ledger is the current one.
            await self.copy(ledger, context)
            await self.repeating(resting: 9) { await self.copy(ledger, context) }
        }
        copying.withLock { $0 = task }
    }

    /// Copies the ledger a last time and gives the output back.
    func finish(_ ledger: Ledger, _ context: RunContext) async {
        await Self.stop(copying)
        await copy(ledger, context)
        await giveBack()
    }

    private static func stop(_ keeper: borrowing Mutex<Task<Void, Never>?>) async {
        let task = keeper.withLock { $0.take() }
        task?.cancel()
        await task?.value
    }

    /// Does something after each interval until the task is cancelled.
    ///
    /// - Parameter resting: for how many times as long as it took nothing is done after it; with 9, what takes long
    ///   takes a tenth of the time at most.
    private func repeating(resting: Int, _ body: () async -> Void) async {
        var pause = interval
        while (try? await Task.sleep(for: pause)) != nil {
            let start = ContinuousClock.now
            await body()
            pause = max(interval, (ContinuousClock.now - start) * resting)
        }
    }

    private func bring(_ context: RunContext) async throws {
        let isHere = Ledger.exists(outputPath: workFolder)
        guard let there = try await bucket.look(place) else {
            if isHere, notes.wasCopied { try await startAnew(context) }
            return
        }
        try await context.pool.run { [notes] in try notes.noteCopy() }
        // The copy is this folder's own, and so the ledger here is the same or knows more.
        if isHere, there.label == lease.writer { return }
        let fetched = workFolder + "/.shotlist/ledger.sqlite.fetched.tmp"
        try await bucket.download(there, to: fetched)
        try await context.pool.run { [workFolder] in try Ledger.replace(outputPath: workFolder, with: fetched) }
        context.report(
            .note(
                "The ledger of '\(output)' comes from another machine or work folder"
                    + (isHere ? "; the one that was here is kept beside it." : ".")))
    }

    /// A copy was there and is not any more: what the ledger tells of is gone, too.
    private func startAnew(_ context: RunContext) async throws {
        let aside = try await context.pool.run { [notes] in try notes.setLedgerAside() }
        context.report(
            .note(
                "'\(output)' was emptied: the copy of its ledger is gone. The run starts anew; the ledger that was "
                    + "here is kept as '\(aside ?? "")'."))
    }

    private func copy(_ ledger: Ledger, _ context: RunContext) async {
        let transactions = ledger.statistics.transactions
        guard copied.withLock({ $0 }) != transactions else { return }
        let path = workFolder + "/.shotlist/ledger.sqlite.copy.tmp"
        do {
            try await checkLease()
            try await ledger.copy(to: path)
            try await bucket.upload(path, to: place, label: lease.writer)
            copied.withLock { $0 = transactions }
            // Where it cannot be noted, the next copy does it.
            try? notes.noteCopy()
        } catch is CancellationError {
            // The last copy is made without the task that was cancelled.
        } catch {
            context.report(
                .warning(
                    "The ledger's copy in '\(output)' is behind: \(error) A run from another machine would do again "
                        + "what was done since."))
        }
        try? FileManager.default.removeItem(atPath: path)
    }
}
