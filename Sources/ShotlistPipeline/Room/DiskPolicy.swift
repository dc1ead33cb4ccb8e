import ShotlistCore

/// How a run meets a disk that fills up: it pauses, and goes on when there is room.
public struct DiskPolicy: Sendable {
    /// Bytes that are to stay free where the output is: with fewer no new work is begun. Nil for 1 GB, or a hundredth of
    /// the disk where that is less; with 0 a run pauses only when something could not be written.
    public var leastFree: Int?
    /// How long a pause may last before it ends the run; nil for ever. With none at all the run ends at once.
    public var wait: Duration?
    /// How often a run looks for room.
    package var interval = Duration.seconds(3)
    /// What the disk of a folder has; nil where nobody knows.
    package var measure: @Sendable (String) -> DiskSpace? = { DiskSpace.of($0) }

    /// Makes a policy; without any argument a run waits for as long as it takes.
    public init(leastFree: Int? = nil, wait: Duration? = nil) {
        self.leastFree = leastFree
        self.wait = wait
    }

    /// The bytes that are wanted on a disk.
    func wanted(of space: DiskSpace) -> Int {
        leastFree ?? min(1_000_000_000, space.total / 100)
    }
}
