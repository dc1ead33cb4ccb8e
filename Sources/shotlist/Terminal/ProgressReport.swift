import Foundation
import Logging
import ShotlistCore
import ShotlistPipeline
import Synchronization

/// Windows done, rate and time left: in place on a terminal, as a line every ten seconds elsewhere. In the JSON log
/// there is a line for every window, too.
final class ProgressReport: Sendable {
    private let terminal: Terminal
    private let verbose: Bool
    private let state = Mutex(State())
    /// Tells of progress in the JSON log, also while no window ends.
    private let ticker = Mutex<Task<Void, Never>?>(nil)

    private struct State {
        let start = ContinuousClock.now
        var shown: ContinuousClock.Instant?
        var windows = 0
        /// Windows that earlier runs had done.
        var kept = 0
        var failures = 0
        var totalBytes = 0
        var doneBytes = 0.0
        /// Those of ``doneBytes`` that earlier runs had done.
        var keptBytes = 0.0
        /// Bytes already counted of clips whose last window is not done.
        var openClips: [UUID: Double] = [:]
        /// Windows that are captioned and wait for their enhancement; the bytes of these are counted already.
        var waiting: Set<String> = []
    }

    /// Reports to `terminal`; `verbose` also tells of captions that were cut off.
    init(terminal: Terminal, verbose: Bool) {
        self.terminal = terminal
        self.verbose = verbose
    }

    /// Begins to tell of progress by the clock, where the log is JSON.
    func start() {
        guard terminal.format == .json else { return }
        let task = Task { [weak self] in
            while (try? await Task.sleep(for: .seconds(10))) != nil {
                guard let self else { return }
                self.tell()
            }
        }
        ticker.withLock { $0 = task }
    }

    private func tell() {
        let now = state.withLock { progress(of: $0, now: ContinuousClock.now) }
        terminal.log(now.entry)
    }

    /// Takes an event of the run.
    func take(_ event: RunEvent) {
        guard terminal.format == .text else {
            state.withLock { count(event, in: &$0) }
            if let entry = RunLog.entry(for: event) { terminal.log(entry) }
            return
        }
        say(event)
        let line = state.withLock { state -> String? in
            count(event, in: &state)
            let pause: Duration = terminal.isInteractive ? .milliseconds(200) : .seconds(10)
            let now = ContinuousClock.now
            guard now - (state.shown ?? (terminal.isInteractive ? state.start - pause : state.start)) >= pause else {
                return nil
            }
            state.shown = now
            return progress(of: state, now: now).text
        }
        guard let line else { return }
        if terminal.isInteractive { terminal.show(line) } else { terminal.say(line) }
    }

    /// Takes the progress line away.
    func end() {
        ticker.withLock { $0?.cancel() }
        if terminal.isInteractive { terminal.show("") }
    }

    private func say(_ event: RunEvent) {
        switch event {
        case .videoFailed(_, let error): terminal.say("\(error)", level: .error)
        case .warning(let text): terminal.say(text, level: .warning)
        case .note(let text): terminal.say(text)
        case .windowFinished(let window, let clip):
            if let reason = window.reason, window.status != .truncated || verbose {
                terminal.say(
                    "\(window.status.rawValue): window \(window.range) of clip \(clip.name): \(reason.message)")
            }
            for (name, caption) in window.namedCaptions.sorted(by: { $0.key < $1.key }) {
                guard let reason = caption.reason, caption.status != .truncated || verbose else { continue }
                terminal.say(
                    "\(caption.status.rawValue): prompt '\(name)' of window \(window.range) of clip \(clip.name): "
                        + reason.message)
            }
            if let enhancement = window.enhancementRecord, let reason = enhancement.reason,
                enhancement.status == .error || verbose
            {
                terminal.say("not enhanced: window \(window.range) of clip \(clip.name): \(reason.message)")
            }
        default: break
        }
    }

    private func count(_ event: RunEvent, in state: inout State) {
        switch event {
        case .started(_, let bytes): state.totalBytes = bytes
        case .windowFinished(let window, let clip):
            state.windows += 1
            if window.status == .error { state.failures += 1 }
            if state.waiting.remove(window.id) == nil { count(window, of: clip, in: &state) }
        case .windowWaits(let window, let clip):
            state.waiting.insert(window.id)
            count(window, of: clip, in: &state)
        case .clipFinished(let finished):
            let counted = state.openClips.removeValue(forKey: finished.clip.id) ?? 0
            state.doneBytes += max(0, Self.bytes(of: finished.clip) - counted)
        case .windowKept, .clipKept, .videoKept:
            let before = state.doneBytes
            countKept(event, in: &state)
            state.keptBytes += state.doneBytes - before
        case .videoFailed(let file, _): state.doneBytes += Double(file.sizeInBytes)
        default: break
        }
    }

    private func countKept(_ event: RunEvent, in state: inout State) {
        switch event {
        case .windowKept(let window, let clip):
            state.kept += 1
            count(window, of: clip, in: &state)
        case .clipKept(let clip, let windows):
            state.kept += windows
            state.doneBytes += Self.bytes(of: clip)
        case .videoKept(let file, _, let windows):
            state.kept += windows
            state.doneBytes += Double(file.sizeInBytes)
        default: break
        }
    }

    private func count(_ window: Window, of clip: Clip, in state: inout State) {
        let share = Self.bytes(of: clip) * Double(window.range.count) / Double(max(1, clip.frames.count))
        state.doneBytes += share
        state.openClips[clip.id, default: 0] += share
    }

    /// A clip stands for its share of its file's bytes: the windows still to come are not known before every file is
    /// opened.
    private static func bytes(of clip: Clip) -> Double {
        Double(clip.video.metadata.sizeInBytes) / Double(max(1, clip.clipsInVideo))
    }

    private func progress(of state: State, now: ContinuousClock.Instant) -> RunProgress {
        RunProgress(
            windows: state.windows, kept: state.kept, failures: state.failures, waiting: state.waiting.count,
            share: share(state.doneBytes, of: state), keptShare: share(state.keptBytes, of: state),
            seconds: (now - state.start) / .seconds(1))
    }

    private func share(_ bytes: Double, of state: State) -> Double {
        state.totalBytes > 0 ? min(1, bytes / Double(state.totalBytes)) : 0
    }

    /// A time as h:mm:ss or m:ss.
    static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        let (hours, minutes) = (whole / 3600, whole % 3600 / 60)
        return hours > 0
            ? String(format: "%d:%02d:%02d", hours, minutes, whole % 60)
            : String(format: "%d:%02d", minutes, whole % 60)
    }
}
