import ArgumentParser
import ShotlistCore
import ShotlistMedia

/// Where videos are read, and what a process that reads them may take.
struct IsolationOptions: ParsableArguments {
    /// Where videos are read.
    enum Place: String, ExpressibleByArgument, CaseIterable {
        case processes, none
    }

    @Option(
        help: """
            Read videos in processes without the network and within limits, so that a file that makes one crash costs \
            its clip alone (processes), or in this one (none).
            """)
    var mediaIsolation = Place.processes

    @Option(
        parsing: .unconditional,
        help: "Seconds without a frame after which such a process is ended, and its clip tried once more.")
    var mediaTimeout = MediaProcesses().timeout

    @Option(parsing: .unconditional, help: "The most memory of such a process, in MiB.")
    var mediaMemory = MediaProcesses().memory >> 20

    /// What was chosen.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a number out of range.
    func isolation() throws(ShotlistError) -> MediaIsolation {
        guard mediaTimeout >= 1, mediaTimeout <= 86_400 else {
            throw ShotlistError(
                .invalidArgument, "--media-timeout is \(mediaTimeout), which cannot be kept.",
                remedy: "Give 1 to 86400 seconds.")
        }
        guard (64...1 << 24).contains(mediaMemory) else {
            throw ShotlistError(
                .invalidArgument, "--media-memory is \(mediaMemory), which cannot be kept.",
                remedy: "Give 64 to 16777216 MiB.")
        }
        guard mediaIsolation == .processes else { return .none }
        var processes = MediaProcesses()
        processes.timeout = mediaTimeout
        processes.memory = mediaMemory << 20
        return .processes(processes)
    }
}
