import ArgumentParser
import Foundation
import ShotlistCore

/// Whether a run that is lost with its engine begins again.
struct RestartOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: """
            How often in a row the run begins again when its process is lost with the engine in it, as when a card \
            fails; 0 to 100. The default is 3 where there is a card, else 0.
            """)
    var restarts: Int?

    /// How often.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`).
    func count() throws(ShotlistError) -> Int {
        guard let restarts else { return Self.hasCard ? 3 : 0 }
        guard (0...100).contains(restarts) else {
            throw ShotlistError(
                .invalidArgument, "A run does not begin again \(restarts) times.", remedy: "Give 0 to 100.")
        }
        #if !os(Linux)
            guard restarts == 0 else {
                throw ShotlistError(
                    .notAvailable, "A run begins again by itself on Linux alone.", remedy: "Leave out --restarts.")
            }
        #endif
        return restarts
    }

    /// Whether a driver of NVIDIA or AMD offers a card to programs. To ask llama.cpp would take memory of it.
    private static var hasCard: Bool {
        #if os(Linux)
            ["/dev/nvidiactl", "/dev/kfd"].contains { FileManager.default.fileExists(atPath: $0) }
        #else
            false
        #endif
    }
}
