import ShotlistCore

/// How much decoding a review does for its pages.
package struct FrameLimits: Sendable {
    /// Files that are decoded at once.
    package var atOnce = 2
    /// How many may wait for their turn.
    package var waiting = 64

    /// Makes limits.
    package init(atOnce: Int = 2, waiting: Int = 64) {
        self.atOnce = atOnce
        self.waiting = waiting
    }
}

/// Lets some decode at once, and others wait for their turn, up to a bound.
actor FrameGate {
    private let limits: FrameLimits
    private var inside = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ limits: FrameLimits) {
        self.limits = limits
    }

    /// Waits for a turn; ``leave()`` ends it.
    ///
    /// - Throws: ``Refusal`` (503) when too many wait already.
    func enter() async throws {
        if inside < limits.atOnce {
            inside += 1
            return
        }
        guard waiting.count < limits.waiting else {
            throw Refusal(
                .serviceUnavailable, "Too many frames are being decoded.", "Wait a moment, and open the frames again.")
        }
        // Whoever leaves hands its turn over, so that `inside` stays as it is.
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Ends a turn.
    func leave() {
        if waiting.isEmpty {
            inside -= 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
