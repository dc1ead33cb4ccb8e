import Foundation
import ShotlistCore
import ShotlistStorage
import Synchronization

/// A small object that says which run works on an output, renewed for as long as it does. Unlike a lock it does not
/// end with the process: it counts for some time after it was renewed last, by the server's clock.
final class RunLease: Sendable {
    private let bucket: S3Bucket
    private let place: S3Location
    private let output: S3Location
    private let interval: Duration
    private let state = Mutex(State())
    /// This run, and no other, whichever folder and machine it has.
    private let run = UUID().uuidString.lowercased()
    private let host = ProcessInfo.processInfo.hostName
    private let text: String

    private struct State {
        var writer = ""
        /// When this run was surely alive for others: before the last renewal was sent.
        var renewed = ContinuousClock.now
        var renewals = 0
        /// How the lease was lost, as a sentence.
        var lost: String?
    }

    init(bucket: S3Bucket, output: S3Location, interval: Duration) {
        self.bucket = bucket
        self.output = output
        self.interval = interval
        place = output.appending(".shotlist/lock")
        text = "process \(ProcessInfo.processInfo.processIdentifier) on \(host), since \(Date().ISO8601Format())"
    }

    /// The name of the work folder that this run has.
    var writer: String { state.withLock { $0.writer } }

    /// Takes the lease.
    ///
    /// - Parameter writer: the name of the work folder. What an earlier run with it left on this machine is this one's:
    ///   the folder's lock keeps two of them apart.
    /// - Throws: ``ShotlistError``: `output_in_use`, and what the bucket throws.
    func take(as writer: String) async throws {
        state.withLock { $0 = State(writer: writer) }
        // What is there may be gone a moment later, and the other way round.
        for _ in 0..<3 {
            guard try await tryToTake() else { continue }
            guard try await isOurs() else { break }
            return
        }
        try throwIfLost()
        throw inUse("it changes all the time", seconds: 0)
    }

    /// Throws where another run has the lease that is not known to be gone.
    ///
    /// - Parameter removesGone: whether the lease of one that is gone is removed, so that one that only slept notices: for who will
    ///   work there in its place.
    /// - Throws: ``ShotlistError``: `output_in_use`, and what the bucket throws.
    func refuseHeld(removesGone: Bool) async throws {
        guard let seen = try await bucket.look(place), let holder = try await holder() else { return }
        guard let age = try await bucket.age(of: place) else {
            guard try await bucket.look(place) != nil else { return }
            throw ofUnknownAge(holder.text)
        }
        guard age > patience, try await bucket.look(place)?.eTag == seen.eTag else {
            throw inUse(holder.text, seconds: age)
        }
        if removesGone { try await bucket.remove(place) }
    }

    /// Renews the lease, or finds out that another run has taken it. It takes one interval at most: what hangs must not
    /// keep the next try away.
    func renew() async {
        await withTaskGroup(of: Void.self) { group in
            // The next time may do better; until then the lease grows old.
            group.addTask { try? await self.confirm() }
            group.addTask { try? await Task.sleep(for: self.interval) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Whether this run may still write. One that could not renew for long, as it was suspended perhaps, asks.
    ///
    /// - Throws: ``ShotlistError`` (`output_in_use`) when another run has taken the lease; what the bucket throws.
    func check() async throws {
        try throwIfLost()
        let age = ContinuousClock.now - state.withLock { $0.renewed }
        guard age > interval * 3 else { return }
        try await confirm()
        try throwIfLost()
    }

    /// Gives the lease back.
    func release() async {
        // One that stays grows old.
        if (try? await isOurs()) == true { try? await bucket.remove(place) }
    }

    /// Renews the lease if it is ours.
    private func confirm() async throws {
        guard state.withLock({ $0.lost == nil }), try await isOurs() else { return }
        _ = try await write { try await self.bucket.put($0, to: self.place) }
    }

    /// Takes what is nobody's.
    ///
    /// - Returns: false when it has changed meanwhile.
    private func tryToTake() async throws -> Bool {
        // Where there is none, a server that knows the condition lets one of two through.
        guard let seen = try await bucket.look(place) else {
            return try await write { try await self.putFirst($0) }
        }
        guard let holder = try await holder() else { return false }
        // An answer that was lost on the way.
        if holder.run == run { return true }
        if holder.writer != writer || holder.host != host {
            guard let age = try await bucket.age(of: place) else {
                guard try await bucket.look(place) != nil else { return false }
                throw ofUnknownAge(holder.text)
            }
            guard age > patience else { throw inUse(holder.text, seconds: age) }
        }
        // Another may have taken it over, or its run may have renewed it.
        guard try await bucket.look(place)?.eTag == seen.eTag else { return false }
        return try await write { try await self.bucket.put($0, to: self.place) }
    }

    /// - Returns: false when there is one already.
    private func putFirst(_ data: Data) async throws -> Bool {
        do {
            return try await bucket.put(data, to: place, isNew: true)
        } catch let error as ShotlistError where error.code == .notAvailable {
            // A server without conditional writes: each looks again after it has written.
            return try await bucket.put(data, to: place)
        }
    }

    /// Sends the lease's content, another one each time, so that whoever has seen an older one notices.
    private func write(_ send: (Data) async throws -> Bool) async throws -> Bool {
        let start = ContinuousClock.now
        let (writer, renewals) = state.withLock { state in
            state.renewals += 1
            return (state.writer, state.renewals)
        }
        let lines = [writer, text, run, host, "\(renewals)"]
        guard try await send(Data((lines.joined(separator: "\n") + "\n").utf8)) else { return false }
        state.withLock { $0.renewed = max($0.renewed, start) }
        return true
    }

    /// Whether the lease that is there is this very run's. Of two that took it at the same time, the later is.
    private func isOurs() async throws -> Bool {
        let holder = try await holder()
        if holder?.run == run { return true }
        let how =
            holder.map { "Another run has taken over '\(output)': \($0.text.printable)." }
            ?? "The lock of '\(output)' was removed while this run worked there."
        state.withLock { $0.lost = how }
        return false
    }

    private struct Holder {
        let writer: String
        let text: String
        let run: String
        let host: String
    }

    private func holder() async throws -> Holder? {
        guard let data = try await bucket.get(place) else { return nil }
        let lines = String(decoding: data.prefix(1024), as: UTF8.self).split(separator: "\n").map(String.init)
        func line(_ index: Int) -> String? { lines.indices.contains(index) ? lines[index] : nil }
        return Holder(
            writer: line(0) ?? "", text: line(1) ?? "it does not say which", run: line(2) ?? "", host: line(3) ?? "")
    }

    /// After how many seconds without a sign a run counts as gone.
    private var patience: Double { 4 * (interval / .seconds(1)) }

    private func throwIfLost() throws(ShotlistError) {
        guard let lost = state.withLock({ $0.lost }) else { return }
        throw ShotlistError(.outputInUse, lost, remedy: "Let one machine work on it at a time.")
    }

    private func inUse(_ holder: String, seconds: Double) -> ShotlistError {
        ShotlistError(
            .outputInUse,
            "Another run works on '\(output)': \(holder.printable); its last sign was \(Int(seconds)) s ago.",
            remedy: "Wait until it is done, stop it, or give another output path. One that was killed counts as gone "
                + "\(Int(patience)) s after its last sign.")
    }

    private func ofUnknownAge(_ holder: String) -> ShotlistError {
        ShotlistError(
            .outputInUse,
            "Another run works on '\(output)', or did: \(holder.printable). \(bucket.server) does not tell when its "
                + "last sign was.",
            remedy: "When you are sure that it is gone, remove '\(place)' and run the same command again.")
    }
}
