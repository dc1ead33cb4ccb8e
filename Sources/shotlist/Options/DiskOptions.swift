import ArgumentParser
import ShotlistCore
import ShotlistPipeline

/// How the run meets a disk that fills up.
struct DiskOptions: ParsableArguments {
    @Option(
        help: """
            What is to stay free on the output's disk, such as 500M or 20G; with less the run pauses. 1G, or a \
            hundredth of the disk where that is less, when left out; with 0 it pauses only when a file cannot be written.
            """)
    var minFreeSpace: String?

    @Option(
        parsing: .unconditional,
        help: "Seconds that the run waits for room on the disk before it ends; for ever when left out.")
    var diskWait: Double?

    /// What was asked for.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for what is no size or no time.
    func policy() throws(ShotlistError) -> DiskPolicy {
        var policy = DiskPolicy()
        if let minFreeSpace { policy.leastFree = try ByteSize.bytes(minFreeSpace, of: "--min-free-space") }
        if let diskWait {
            guard diskWait >= 0, diskWait <= 31_536_000 else {
                throw ShotlistError(
                    .invalidArgument, "A run cannot wait for \(diskWait) seconds.",
                    remedy: "Give --disk-wait 0 to 31536000.")
            }
            policy.wait = .seconds(diskWait)
        }
        return policy
    }
}
