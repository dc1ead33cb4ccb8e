import Synchronization

/// Counts packets and frames, so that whoever watches this process can tell slow from stuck.
enum MediaProgress {
    private static let steps = Atomic<Int>(0)

    /// One more packet or frame is done with.
    static func step() { steps.add(1, ordering: .relaxed) }

    /// How many there were.
    static var count: Int { steps.load(ordering: .relaxed) }
}
