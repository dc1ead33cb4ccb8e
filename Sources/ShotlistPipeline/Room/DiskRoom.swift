import ShotlistCore
import ShotlistModels
import Synchronization

/// Holds a run while its disk has no room.
///
/// Whoever begins something new asks first (``wait()``); whoever writes does so in ``writing(after:_:)``, which writes
/// again when there is room. One sentence tells of a pause, however many wait in it, and another of its end.
final class DiskRoom: Sendable {
    private let folder: String?
    private let policy: DiskPolicy
    private let cancellation: CancellationFlag
    private let pool: BlockingPool
    private let report: @Sendable (RunEvent) -> Void
    private let state = Mutex(State())

    private struct State {
        var pausedSince: ContinuousClock.Instant?
        /// When the disk was last looked at.
        var looked: ContinuousClock.Instant?
        /// Whether someone looks now: what is seen comes in the order in which it was so.
        var isLooking = false
        var space: DiskSpace?
        /// Those who could not write and wait to do it again. As long as there are any, a pause goes on.
        var failing = 0
    }

    /// How long a wait does not see that the run is stopped.
    private static let tick = Duration.milliseconds(100)

    /// - Parameter folder: where the output is, or what it needs on this machine; nil for a run that writes nothing, which never waits.
    init(
        folder: String?, policy: DiskPolicy, cancellation: CancellationFlag, pool: BlockingPool,
        report: @escaping @Sendable (RunEvent) -> Void
    ) {
        self.folder = folder
        self.policy = policy
        self.cancellation = cancellation
        self.pool = pool
        self.report = report
    }

    /// Waits until there is room for something new.
    ///
    /// - Throws: `CancellationError`; ``ShotlistError`` (`disk_full`) when it took longer than it may.
    func wait() async throws {
        guard folder != nil else { return }
        try await look()
        while let since = state.withLock({ $0.pausedSince }) {
            if let wait = policy.wait, ContinuousClock.now - since >= wait { throw lasting }
            try await Task.sleep(for: min(Self.tick, policy.interval))
            if cancellation.isSet { throw CancellationError() }
            try await look()
        }
    }

    /// Whether so many further bytes would leave the room that is wanted, as far as the disk was looked at; for what
    /// can as well be done later.
    func has(roomFor bytes: Int) -> Bool {
        state.withLock { state in
            guard state.pausedSince == nil else { return false }
            guard folder != nil, let space = state.space else { return true }
            return space.free - bytes >= policy.wanted(of: space)
        }
    }

    /// Lets `body` write. When the disk is full it is called again when there is room; a run that is stopped meanwhile
    /// lets it try once more.
    ///
    /// - Parameter error: what it failed with already.
    /// - Throws: what `body` throws; `disk_full` when it took longer than it may.
    func writing<Value>(after error: ShotlistError? = nil, _ body: () async throws -> Value) async throws -> Value {
        var failure = error
        var hasFailed = false
        defer { if hasFailed { leave() } }
        while true {
            if let error = failure {
                guard folder != nil, !isStopped, policy.wait != .zero else { throw error }
                if !hasFailed { enter(error) }
                hasFailed = true
                try await pause(over: error)
            }
            do {
                return try await body()
            } catch let error as ShotlistError where error.code == .diskFull {
                failure = error
            }
        }
    }

    /// Whether something waits for room now.
    var isPaused: Bool { state.withLock { $0.pausedSince != nil } }

    private var isStopped: Bool { cancellation.isSet || Task.isCancelled }

    /// Waits for a while, and then until the disk has as much room as is wanted, or the run is stopped.
    private func pause(over error: ShotlistError) async throws {
        let start = ContinuousClock.now
        while !isStopped {
            let now = ContinuousClock.now
            let since = state.withLock { $0.pausedSince } ?? start
            if let wait = policy.wait, now - since >= wait { throw error }
            // Where the system does not see what is missing, as with a quota, only trying tells.
            if now - start >= policy.interval, !isShort { return }
            // Stopped, it returns at once and the loop ends.
            try? await Task.sleep(for: min(Self.tick, policy.interval))
            try? await look()
        }
    }

    private var isShort: Bool { state.withLock { isShort($0.space) } }

    private func isShort(_ space: DiskSpace?) -> Bool {
        guard let space else { return false }
        return space.free < policy.wanted(of: space)
    }

    /// Looks at the disk, unless that was done just now, and begins or ends a pause.
    private func look() async throws {
        guard let folder else { return }
        let isDue = state.withLock { state in
            let now = ContinuousClock.now
            if state.isLooking { return false }
            if let looked = state.looked, now - looked < policy.interval { return false }
            state.looked = now
            state.isLooking = true
            return true
        }
        guard isDue else { return }
        defer { state.withLock { $0.isLooking = false } }
        let space = try await pool.run { [policy] in policy.measure(folder) }
        let event = state.withLock { state -> RunEvent? in
            state.space = space
            guard isShort(space) else { return goesOn(&state) }
            guard state.pausedSince == nil else { return nil }
            state.pausedSince = ContinuousClock.now
            return .warning("The run pauses, as the disk of '\(folder)' is nearly full: \(text(of: space)).")
        }
        if let event { report(event) }
    }

    /// Someone could not write.
    private func enter(_ error: ShotlistError) {
        let event = state.withLock { state -> RunEvent? in
            state.failing += 1
            guard state.pausedSince == nil else { return nil }
            state.pausedSince = ContinuousClock.now
            // What was seen before is no longer so.
            state.looked = nil
            return .warning("\(error.message) The run pauses until there is room on that disk.")
        }
        if let event { report(event) }
    }

    /// One of those has written, or given up.
    private func leave() {
        let event = state.withLock { state -> RunEvent? in
            state.failing -= 1
            return isShort(state.space) || isStopped ? nil : goesOn(&state)
        }
        if let event { report(event) }
    }

    /// Ends a pause, unless someone still could not write.
    private func goesOn(_ state: inout State) -> RunEvent? {
        guard let since = state.pausedSince, state.failing == 0 else { return nil }
        state.pausedSince = nil
        let seconds = Int(((ContinuousClock.now - since) / .seconds(1)).rounded())
        return .note("There is room on the disk again: the run goes on after \(seconds) s.")
    }

    private func text(of space: DiskSpace?) -> String {
        guard let space else { return "what is free there is not known" }
        return "\(ByteCount.text(space.free)) are free, and \(ByteCount.text(policy.wanted(of: space))) are to stay so"
            + " (--min-free-space)"
    }

    private var lasting: ShotlistError {
        let space = state.withLock { $0.space }
        return ShotlistError(
            .diskFull, "The disk of '\(folder ?? "")' is nearly full: \(text(of: space)).",
            remedy: "Free space and run the same command again.")
    }
}
