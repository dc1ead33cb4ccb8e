import Foundation
import Logging
import ShotlistModels
import Synchronization

/// Bytes done, rate and time left of a download: in place on a terminal, as a line every ten seconds elsewhere.
final class DownloadReport: Sendable {
    private let terminal: Terminal
    private let state = Mutex(State())

    private struct State {
        let start = ContinuousClock.now
        var shown: ContinuousClock.Instant?
    }

    init(terminal: Terminal) {
        self.terminal = terminal
    }

    /// Takes an event of the store.
    func take(_ event: ModelEvent) {
        switch event {
        case .waiting(let model):
            terminal.say("Waiting for another process that is downloading '\(model)' to the same folder.")
        case .renamed(let old, let new): terminal.say("'\(old)' is called '\(new)' now.", level: .warning)
        case .fromCache(let files): terminal.say("\(files) files are taken from the cache of Hugging Face's tools.")
        case .retrying(let file, let reason, let pause):
            let what = file.map { "'\($0)': " } ?? ""
            terminal.say("\(what)\(reason); trying again in \(pause.components.seconds) s.", level: .warning)
        case .warning(let text): terminal.say(text, level: .warning)
        case .progress(let progress): show(progress)
        }
    }

    /// Takes the progress line away.
    func end() {
        if terminal.isInteractive { terminal.show("") }
    }

    private func show(_ progress: ModelProgress) {
        let line = state.withLock { state -> String? in
            let pause: Duration = terminal.isInteractive ? .milliseconds(200) : .seconds(10)
            let now = ContinuousClock.now
            guard now - (state.shown ?? (terminal.isInteractive ? state.start - pause : state.start)) >= pause else {
                return nil
            }
            state.shown = now
            return Self.text(of: progress, seconds: (now - state.start) / .seconds(1))
        }
        guard let line else { return }
        if terminal.isInteractive { terminal.show(line) } else { terminal.say(line) }
    }

    private static func text(of progress: ModelProgress, seconds: Double) -> String {
        var text =
            "\(progress.model): \(progress.filesDone) of \(progress.files) files, "
            + "\(ByteCount.text(progress.bytesDone)) of \(ByteCount.text(progress.bytes))"
        let rate = seconds > 0 ? Double(progress.bytesReceived) / seconds : 0
        if rate > 0 {
            let left = Double(progress.bytes - progress.bytesDone) / rate
            text += ", \(ByteCount.text(Int(rate))) a second, \(ProgressReport.clock(left)) left"
        }
        return text
    }
}
