import ShotlistCore
import ShotlistLedger

/// A run that asks about some windows and leaves everything else as it is.
extension Resume {
    /// Whether previews and clips' files of other settings are left as they are.
    var leavesOtherFiles: Bool { policy.onExisting == .skip || selection != nil }

    /// What the windows of a clip keep: all that is not selected, and selected ones whose answer is there already, which
    /// are picked from now on.
    func keptAnswers(
        of clip: Clip.ID, _ ranges: [FrameRange], _ selection: SelectedWindows
    ) async throws -> [FrameRange: KeptAnswer] {
        let current = try await ledger.currentAnswers(of: clip)
        let picked = try await ledger.picked(of: clip)
        var kept: [FrameRange: KeptAnswer] = [:]
        for range in ranges where !selection.has(range, of: clip) {
            kept[range] =
                current[range].map { KeptAnswer($0, known: .answer, isPicked: picked[range] != nil) } ?? .notComeTo
        }
        let made = try await ledger.answers(of: clip, settings: answers).filter { range, answer in
            selection.has(range, of: clip) && answer.isWhole && answer.outcome.hasCaption && isWorthKeeping(answer)
        }
        for (range, answer) in made { kept[range] = KeptAnswer(answer, known: .answer, isPicked: true) }
        if !made.isEmpty {
            try await commit(.picked(PickedWindows(clip: clip, settings: answers, ranges: Array(made.keys))))
        }
        return kept.merging(try await bareCaptions(of: clip)) { answer, _ in answer }
    }

    /// Says in the task of a window that is not selected what there is of its preview: it is not drawn.
    func leavePreview(_ state: WindowState?, of clip: Clip, _ sizes: [String: Int], in task: inout WindowTask) {
        task.drawsPreview = false
        task.kept?.hasPreview = false
        switch state?.preview {
        case .file(let proof)?:
            task.kept?.hasPreview = sizes[ClipWriterStage.previewPath(outputPath, clip, task.range)] == proof.bytes
            task.kept?.previewReason = nil
        case .failed(let reason)?: task.kept?.previewReason = reason
        case nil: break
        }
    }

    /// Notes how a clip was before its selected windows are asked about.
    func noteAsItWas(
        _ clip: Clip, _ known: ClipState, _ plan: ClipPlan, _ previews: [FrameRange: WindowState],
        _ sizes: [String: Int]
    ) async throws {
        guard let selection else { return }
        let picked = try await ledger.picked(of: clip.id)
        let windows = try await ledger.currentAnswers(of: clip.id).compactMap { range, answer -> Window? in
            guard selection.has(range, of: clip.id), answer.outcome.hasCaption else { return nil }
            var task = WindowTask(range: range)
            KeptAnswer(answer, known: .answer, isPicked: picked[range] != nil).put(into: &task)
            leavePreview(previews[range], of: clip, sizes, in: &task)
            return task.window(of: clip)
        }
        let draws = keys.previews != nil && plan.windows.contains(where: \.drawsPreview)
        let makesFile = keys.clipFiles != nil && plan.file == nil
        selection.note(clip, done: known.done, makesFiles: draws || makesFile, windows: windows)
    }

    /// Whether a new answer is one that someone asked for on purpose.
    func picks(_ window: Window) -> Bool {
        selection != nil && window.outcome.hasCaption && !window.wasLeftUnenhanced
    }

    /// The changes that keep an answer. One that was asked for on purpose is picked; where there is none, what the window
    /// had stays.
    ///
    /// - Returns: them, and whether the window has a caption afterwards; without a selection that does not matter.
    func answerChanges(_ window: Window, _ answer: AnsweredWindow) -> (changes: [LedgerChange], isKept: Bool) {
        guard let selection else { return ([.answered(answer)], true) }
        guard picks(window) else {
            return selection.asItWas(window.id) == nil ? ([.answered(answer)], false) : ([.tried(answer)], true)
        }
        let picked = PickedWindows(clip: window.clipID, settings: answers, ranges: [window.range])
        return ([.answered(answer), .picked(picked)], true)
    }

    /// A selected window as it was, where it was asked about in vain or its new caption is not enhanced yet; nil where it was
    /// not, or had no caption.
    func staying(insteadOf window: Window) -> Window? {
        window.outcome.hasCaption && !window.wasLeftUnenhanced ? nil : selection?.asItWas(window.id)
    }

    /// The settings under which nothing is left to do of a clip that is settled; nil when something is. Asking about some
    /// windows changes nothing of that.
    func doneSettings(ofClip clip: Clip.ID) -> WorkKey? {
        guard let selection else { return keys.all }
        return selection.done(ofClip: clip).map { WorkKey(hash: $0) }
    }

    /// The same of a video.
    func doneSettings(ofSource path: String) -> WorkKey? {
        guard let selection else { return keys.all }
        return selection.done(ofSource: path).map { WorkKey(hash: $0) }
    }

    /// Whether a clip's files may be of other settings than this run's.
    func isMixed(_ clip: Clip) async throws -> Bool {
        guard selection != nil else { return policy.onExisting == .skip }
        if let key = keys.clipFiles, let settings = try await ledger.clip(clip.id)?.fileSettings, settings != key.hash {
            return true
        }
        guard let key = keys.previews else { return false }
        return try await ledger.windows(of: clip.id).contains { $0.previewSettings.map { $0 != key.hash } ?? false }
    }
}

extension WindowOutcome {
    /// Whether it is a caption that may take the place of another.
    var hasCaption: Bool { (status == .success || status == .truncated) && !caption.isEmpty }
}
