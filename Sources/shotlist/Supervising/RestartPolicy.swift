import Foundation

/// When a run whose process was lost begins again: a card that fails takes the process with it, since its driver gives a
/// process none back.
struct RestartPolicy {
    /// How a run's process ended.
    enum End: Equatable {
        /// By itself, with this code.
        case exited(Int32)
        /// By a signal, such as that of an assertion in a driver.
        case killed(Int32)
    }

    /// What follows.
    enum Step: Equatable {
        /// The command ends with this code.
        case end(Int32)
        /// Another process, after so many seconds.
        case again(pause: Double, number: Int)
    }

    /// The code with which a process that is watched says that its engine fails on every window.
    static let engineLost: Int32 = 76

    /// How often in a row a run is begun again.
    let most: Int
    /// Seconds before the first; each further one waits twice as long.
    let pause: Double
    private var number = 0

    /// A process that worked for this long, in seconds, was no try of a row.
    private static let soundAfter = 600.0
    private static let longestPause = 120.0

    init(most: Int, pause: Double) {
        self.most = most
        self.pause = pause
    }

    /// What follows a process.
    ///
    /// - Parameters:
    ///   - end: how it ended.
    ///   - seconds: for how long it worked.
    ///   - isStopping: whether a signal has asked for the end.
    mutating func step(after end: End, seconds: Double, isStopping: Bool) -> Step {
        let code: Int32
        switch end {
        case .exited(Self.engineLost), .killed: code = Ending.failed
        case .exited(let own): return .end(own)
        }
        guard !isStopping else { return .end(Ending.interrupted) }
        if seconds >= Self.soundAfter { number = 0 }
        guard number < most else { return .end(code) }
        number += 1
        return .again(pause: min(Self.longestPause, pause * pow(2, Double(number - 1))), number: number)
    }
}
