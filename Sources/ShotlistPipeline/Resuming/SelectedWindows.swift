import ShotlistCore
import ShotlistLedger
import Synchronization

/// The windows that a run asks about, found in the ledger, and how things were before it did.
final class SelectedWindows: Sendable {
    /// The videos that have such windows, by path.
    let sources: [PathKey: String]
    private let clips: [Clip.ID: Set<FrameRange>]
    private let before = Mutex(Before())

    /// How things were.
    private struct Before {
        /// The settings under which nothing was left to do.
        var sources: [PathKey: String] = [:]
        var clips: [Clip.ID: String] = [:]
        /// Windows that have a caption, as their clips' records told of them.
        var windows: [Window.ID: Window] = [:]
    }

    private init(_ cut: [CutClip], _ clips: [Clip.ID: Set<FrameRange>]) {
        self.clips = clips
        sources = Dictionary(cut.map { (PathKey($0.source), $0.source) }) { _, last in last }
    }

    /// Finds the windows that a policy selects; nil where it selects none. Those that are not there are warned of.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) when none is there, and for what cannot go together.
    static func find(
        _ policy: ResumePolicy, _ keys: RunKeys, in ledger: Ledger, _ context: RunContext
    ) async throws -> SelectedWindows? {
        guard let wanted = policy.onlyWindows else { return nil }
        guard keys.captions != nil, !policy.force, !policy.join, policy.onExisting != .skip else {
            throw ShotlistError(
                .invalidArgument,
                "Selected windows are asked about again: that goes with captions, and neither with doing everything "
                    + "anew, nor with sharing an output, nor with leaving what is done with other settings.",
                remedy: "Ask for captions, and leave the others out.")
        }
        let cut = try await ledger.cutClips(Array(wanted.windows.keys)).filter { $0.plan == keys.plan.hash }
        let there = Dictionary(cut.map { ($0.id, $0.windows) }) { _, last in last }
        var clips: [Clip.ID: Set<FrameRange>] = [:]
        var missing: [String] = []
        for (clip, ranges) in wanted.windows {
            let known = ranges.intersection(there[clip] ?? [])
            if !known.isEmpty { clips[clip] = known }
            missing += ranges.subtracting(known).map { WindowSelection.name(clip, $0) }
        }
        if !missing.isEmpty {
            let shown = missing.sorted().prefix(5).joined(separator: ", ")
            let more = missing.count > 5 ? " and \(missing.count - 5) more" : ""
            let text = "The output has no such window, cut as this run cuts: \(shown)\(more)."
            guard !clips.isEmpty else {
                throw ShotlistError(
                    .invalidArgument, text,
                    remedy: "Give the options for clips and windows that the output was made with.")
            }
            context.report(.warning(text))
        }
        return SelectedWindows(cut.filter { clips[$0.id] != nil }, clips)
    }

    /// Whether a clip has a window that is asked about.
    func has(_ clip: Clip.ID) -> Bool { clips[clip] != nil }

    /// Whether a window is asked about.
    func has(_ range: FrameRange, of clip: Clip.ID) -> Bool { clips[clip]?.contains(range) == true }

    /// Why the windows of a video cannot be asked about; nil when they can. They are known of what it held.
    func problem(of file: VideoFile, _ check: SourceCheck?) -> ShotlistError? {
        switch check {
        case .unchanged, .touched, nil: nil
        case .new, .changed:
            ShotlistError(
                .notAvailable,
                "'\(file.inputPath)' is not what it was when it was captioned; its windows are not asked about.",
                remedy: "Run it as a whole first.")
        }
    }

    /// Notes how a video was.
    func note(done: String?, ofSource path: String) {
        before.withLock { $0.sources[PathKey(path)] = done }
    }

    /// Notes how a clip was.
    ///
    /// - Parameters:
    ///   - makesFiles: whether the run makes more of it than captions, so that it is not done as it was.
    ///   - windows: those of its selected windows that have a caption.
    func note(_ clip: Clip, done: String?, makesFiles: Bool, windows: [Window]) {
        before.withLock { before in
            before.clips[clip.id] = makesFiles ? nil : done
            if makesFiles { before.sources[PathKey(clip.video.inputPath)] = nil }
            for window in windows { before.windows[window.id] = window }
        }
    }

    func done(ofClip clip: Clip.ID) -> String? { before.withLock { $0.clips[clip] } }

    func done(ofSource path: String) -> String? { before.withLock { $0.sources[PathKey(path)] } }

    /// A selected window as it was; nil where it had no caption.
    func asItWas(_ window: Window.ID) -> Window? { before.withLock { $0.windows[window] } }
}
