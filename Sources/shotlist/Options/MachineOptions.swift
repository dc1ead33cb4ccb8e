import ArgumentParser
import Foundation
import ShotlistCore

/// How the machine is used and what is said.
struct MachineOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "Threads to work on; all cores when left out.")
    var threads: Int?

    @Flag(help: "Say more: each clip, window and caption.")
    var verbose = false

    /// The number of threads to work on.
    ///
    /// - Throws: ``ShotlistError`` for fewer than 1 or more than 512.
    func threadCount() throws(ShotlistError) -> Int {
        let count = threads ?? ProcessInfo.processInfo.activeProcessorCount
        guard (1...512).contains(count) else {
            throw ShotlistError(.invalidArgument, "Nothing runs on \(count) threads.", remedy: "Give 1 to 512.")
        }
        return count
    }
}
