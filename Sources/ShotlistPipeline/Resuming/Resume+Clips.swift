import Foundation
import ShotlistCore
import ShotlistLedger

/// What there is of a clip that is done in part.
extension Resume {
    /// What is to be done of a clip.
    ///
    /// - Parameter known: what the ledger knows of it.
    func plan(_ clip: Clip, _ ranges: [FrameRange], _ known: ClipState) async throws -> ClipPlan {
        var plan = ClipPlan(ranges)
        guard !policy.force else { return plan }
        let states = try await ledger.windows(of: clip.id)
        let previews = Dictionary(states.map { ($0.range, $0) }) { _, last in last }
        let kept: [FrameRange: KeptAnswer] =
            if let selection { try await keptAnswers(of: clip.id, ranges, selection) } else {
                try await keptAnswers(of: clip.id, ranges)
            }
        for index in plan.windows.indices {
            let range = plan.windows[index].range
            if let answer = kept[range] { answer.put(into: &plan.windows[index]) }
        }
        // Files that someone has taken away since are made again.
        var looked = states.filter { $0.preview?.file != nil }.map {
            ClipWriterStage.previewPath(outputPath, clip, $0.range)
        }
        if keepsClipFiles, keys.clipFiles != nil, known.file != nil {
            looked.append(ClipWriterStage.clipPath(outputPath, clip))
        }
        let sizes = try await files.sizes(of: looked)
        plan.file = keptFile(of: clip, known, sizes)
        for index in plan.windows.indices {
            let preview = previews[plan.windows[index].range]
            if selection?.has(plan.windows[index].range, of: clip.id) == false {
                leavePreview(preview, of: clip, sizes, in: &plan.windows[index])
            } else {
                keepPreview(preview, of: clip, sizes, in: &plan.windows[index])
            }
        }
        try await noteAsItWas(clip, known, plan, previews, sizes)
        try await reopen(clip, known, plan, previews)
        return plan
    }

    /// Has the ledger let go of what this run writes over, before it does: a run that is killed right after a file took its
    /// name would leave it as the one that was there. A clip that has nothing yet costs no commit.
    private func reopen(
        _ clip: Clip, _ known: ClipState, _ plan: ClipPlan, _ previews: [FrameRange: WindowState]
    ) async throws {
        let makesFile = keys.clipFiles != nil && plan.file == nil && known.file != nil
        let drawn = plan.windows.filter { window in
            keys.previews != nil && window.drawsPreview && previews[window.range]?.preview?.file != nil
        }
        guard known.done != nil || known.record != nil || makesFile || !drawn.isEmpty else { return }
        try await commit(
            .reopened(ReopenedClip(clip: clip.id, makesFile: makesFile, previews: drawn.map(\.range))))
    }

    /// The clip's own file, if it is there, as far as its size tells, and as this run would make it, or is to be left as it is.
    private func keptFile(of clip: Clip, _ known: ClipState, _ sizes: [String: Int]) -> EncodedClip? {
        guard let key = keys.clipFiles, let facts = known.file,
            known.fileSettings == key.hash || leavesOtherFiles
        else { return nil }
        let path = ClipWriterStage.clipPath(outputPath, clip)
        guard !keepsClipFiles || sizes[path] == facts.proof.bytes else { return nil }
        return facts.encoded(at: URL(filePath: path))
    }

    /// Says in a window's task what there is of its preview.
    private func keepPreview(
        _ state: WindowState?, of clip: Clip, _ sizes: [String: Int], in task: inout WindowTask
    ) {
        var outcome = task.kept ?? WindowOutcome()
        let isAskedFor = keys.previews != nil
        let isOfThese = keys.previews.map { state?.previewSettings == $0.hash } ?? true
        outcome.hasPreview = false
        if isAskedFor { outcome.previewReason = nil }
        switch state?.preview {
        case .file(let proof)? where isOfThese || leavesOtherFiles:
            if sizes[ClipWriterStage.previewPath(outputPath, clip, task.range)] == proof.bytes {
                outcome.hasPreview = true
                outcome.previewReason = nil
            }
        case .failed(let reason)? where isAskedFor && isOfThese && !policy.retryFailed && !reason.isTriedAgain:
            outcome.previewReason = reason
        default: break
        }
        let isKept = outcome.hasPreview || (isAskedFor && outcome.previewReason != nil)
        // Without previews there is nothing to draw, and a window that has no picture says so.
        task.drawsPreview = isAskedFor ? !isKept : task.known != .answer && !outcome.hasPreview
        if task.kept != nil || isKept { task.kept = outcome }
    }

    /// The answers that need not be given again, by window; they are the current ones from now on.
    private func keptAnswers(of clip: Clip.ID, _ ranges: [FrameRange]) async throws -> [FrameRange: KeptAnswer] {
        var kept: [FrameRange: KeptAnswer] = [:]
        // What someone asked for on purpose stays, whatever this run's settings are.
        let picked = try await ledger.picked(of: clip)
        for (range, answer) in picked where keys.captions == nil || isWorthKeeping(answer) {
            kept[range] = KeptAnswer(answer, known: .answer, isPicked: true)
        }
        // A run without captions leaves those as they are that there are.
        let made =
            (keys.captions == nil
            ? try await ledger.currentAnswers(of: clip) : try await ledger.answers(of: clip, settings: answers))
            .filter { $0.value.isWhole && picked[$0.key] == nil }
        for (range, answer) in made where isWorthKeeping(answer) { kept[range] = KeptAnswer(answer, known: .answer) }
        if keys.captions != nil, made.values.contains(where: { !$0.isCurrent }) {
            try await commit(.current(clip: clip, settings: answers))
        }
        guard keys.captions != nil, ranges.contains(where: { kept[$0] == nil }) else { return kept }
        if policy.onExisting == .skip {
            // Before a caption without its enhancement is: what has another enhancement is left with that.
            for (range, answer) in try await ledger.currentAnswers(of: clip)
            where kept[range] == nil && answer.settings != answers.hash && answer.settings != captions?.hash
                && !answer.outcome.caption.isEmpty
            {
                kept[range] = KeptAnswer(answer, known: .answer, isOutdated: true)
            }
        }
        return kept.merging(try await bareCaptions(of: clip)) { answer, _ in answer }
    }

    /// Captions that are still to be enhanced, by window.
    func bareCaptions(of clip: Clip.ID) async throws -> [FrameRange: KeptAnswer] {
        guard let captions else { return [:] }
        return try await ledger.answers(of: clip, settings: captions).filter { _, answer in
            answer.isWhole && answer.outcome.status != .error && !answer.outcome.caption.isEmpty
                && !answer.outcome.isTriedAgain
        }.mapValues { KeptAnswer($0, known: .caption) }
    }

    func isWorthKeeping(_ answer: WindowAnswer) -> Bool {
        guard answer.settings == answers.hash else { return true }
        let outcome = answer.outcome
        guard !outcome.isTriedAgain else { return false }
        guard policy.retryFailed else { return true }
        return outcome.status != .error && outcome.enhancementRecord?.status != .error
            && !outcome.namedCaptions.values.contains { $0.status == .error }
    }
}

extension WindowAnswer {
    /// Whether more is known of it than the words, which are all that records tell of earlier captions.
    var isWhole: Bool { outcome.captionRecord?.attempts != CaptionRecord.notTold }
}
