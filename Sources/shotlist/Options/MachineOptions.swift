import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistMedia

/// How the machine is used and what is said.
struct MachineOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "Threads to work on; all cores when left out.")
    var threads: Int?

    @Option(
        help: """
            On what videos are decoded: \(VideoDecoder.allCases.map(\.rawValue).joined(separator: ", ")). What a card \
            cannot decode, the processor does.
            """)
    var decoder = VideoDecoder.cpu

    @Flag(help: "Say more: each clip, window and caption.")
    var verbose = false

    /// The number of threads to work on.
    ///
    /// - Throws: ``ShotlistError`` for fewer than 1 or more than 512.
    func threadCount() throws(ShotlistError) -> Int { try Self.count(threads) }

    /// As many threads as were asked for; of all cores when none were.
    static func count(_ threads: Int?) throws(ShotlistError) -> Int {
        let count = threads ?? ProcessInfo.processInfo.activeProcessorCount
        guard (1...512).contains(count) else {
            throw ShotlistError(.invalidArgument, "Nothing runs on \(count) threads.", remedy: "Give 1 to 512.")
        }
        return count
    }

    /// The decoder as it was chosen; it says on standard error when that does not work here.
    func sayingDecoder() -> VideoDecoder {
        if let problem = decoder.problem { FileHandle.standardError.write(Data("warning: \(problem)\n".utf8)) }
        return decoder
    }
}

extension VideoDecoder: ExpressibleByArgument {}
