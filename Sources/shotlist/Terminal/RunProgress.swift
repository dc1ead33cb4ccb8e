import Foundation
import ShotlistLogging

/// How far a run is.
struct RunProgress: Sendable {
    /// Windows that are done, by this run.
    var windows = 0
    /// Windows that earlier runs had done.
    var kept = 0
    /// Those of ``windows`` that failed.
    var failures = 0
    /// Windows that are captioned and wait for their enhancement.
    var waiting = 0
    /// The part of all videos' bytes that is done, 0 to 1.
    var share = 0.0
    /// The part that earlier runs had done, 0 to 1.
    var keptShare = 0.0
    /// Seconds since the start.
    var seconds = 0.0

    /// Windows done for each second.
    var rate: Double { seconds > 0 ? Double(windows) / seconds : 0 }

    /// Seconds that are left; nil while nothing is done, and when all is. What earlier runs had done took no time.
    var secondsLeft: Double? {
        let done = share - keptShare
        return done > 0 && share < 1 ? seconds * (1 - share) / done : nil
    }

    /// A line for people.
    var text: String {
        var text = "\(windows) windows, \(String(format: "%.2f", rate)) a second"
        if kept > 0 { text += ", \(kept) of earlier runs" }
        if waiting > 0 { text += ", \(waiting) captioned and not yet enhanced" }
        if failures > 0 { text += ", \(failures) failed" }
        if let secondsLeft { text += ", \(Int(share * 100)) %, \(ProgressReport.clock(secondsLeft)) left" }
        return text
    }

    /// A line for programs.
    var entry: LogLine {
        var metadata: [String: LogValue] = [
            "windows": .integer(windows), "kept": .integer(kept), "failed": .integer(failures),
            "waiting_for_enhancement": .integer(waiting), "seconds": .number(seconds),
            "windows_per_second": .number(rate), "share": .number(share),
        ]
        if let secondsLeft { metadata["seconds_left"] = .number(secondsLeft) }
        return LogLine(level: "info", event: "progress", message: text, metadata: metadata)
    }
}
