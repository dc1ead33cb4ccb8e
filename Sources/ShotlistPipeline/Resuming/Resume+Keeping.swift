import Foundation
import ShotlistCore
import ShotlistLedger

/// What the ledger is told. A call returns when that is on the disk; many share one wait for it.
extension Resume {
    /// Keeps a caption that is still to be enhanced, so that nobody asks for it again whatever becomes of that.
    func keepCaption(_ item: WindowItem) async throws {
        let window = item.window
        guard let captions, tracks(item.clip.video), window.status != .error, !window.caption.isEmpty else { return }
        // Of a selected window the caption that it had stays the current one until the new one is whole.
        let answer = answered(window, captions)
        try await commit(selection == nil ? .answered(answer) : .tried(answer))
        context.report(.windowCommitted(window.id, settings: answers.hash))
    }

    /// Keeps a window that went through every stage.
    ///
    /// - Returns: whether nothing is left to do of it. What a stop has cut short is left.
    func keep(_ item: WindowItem) async throws -> Bool {
        let window = item.window
        guard tracks(item.clip.video) else { return false }
        var isSettled = !window.isOutdated
        var changes: [LedgerChange] = []
        if let key = keys.previews, item.drawsPreview {
            if let reason = window.previewReason {
                changes.append(
                    .preview(
                        EndedPreview(
                            clip: item.clip.id, range: window.range, settings: key, result: .failed(reason))))
                if reason.isTriedAgain { isSettled = false }
            } else if !window.hasPreview {
                isSettled = false
            }
        }
        let isAnswered = item.known != .answer && !window.wasLeftOut && !window.wasLeftUnenhanced
        if isAnswered {
            let (more, isKept) = answerChanges(window, answered(window, answers))
            changes += more
            isSettled = isSettled && isKept
        }
        if window.wasLeftOut || window.wasLeftUnenhanced { isSettled = false }
        if item.known != .answer, window.outcome.isTriedAgain { isSettled = false }
        guard !changes.isEmpty else { return isSettled }
        try await commit(changes)
        // Of a caption that was enhanced it was said before.
        if isAnswered, item.known == .nothing, captions == nil || window.enhancementRecord == nil {
            context.report(.windowCommitted(window.id, settings: answers.hash))
        }
        return isSettled
    }

    /// Keeps a preview that is in its place.
    func keepPreview(_ proof: FileProof, of window: Window, in clip: Clip) async throws {
        guard let key = keys.previews, tracks(clip.video) else { return }
        try await commit(
            .preview(EndedPreview(clip: clip.id, range: window.range, settings: key, result: .file(proof))))
    }

    /// Keeps a clip whose record is in its place, and its own file.
    ///
    /// - Parameter file: the file, when this run made it.
    func keep(_ finished: FinishedClip, file: ClipFileFacts?, record: FileProof) async throws {
        let clip = finished.clip
        guard tracks(clip.video) else { return }
        var changes: [LedgerChange] = []
        if let file, let key = keys.clipFiles {
            changes.append(.clipFile(WrittenClipFile(clip: clip.id, settings: key, file: file)))
        }
        changes.append(
            .endedClip(
                EndedClip(
                    clip: clip.id, status: finished.status, reason: finished.reason, errors: clip.errors,
                    record: record, done: finished.isSettled ? doneSettings(ofClip: clip.id) : nil)))
        try await commit(changes)
    }

    /// Keeps a video whose records are in their places.
    func keep(_ finished: FinishedVideo, records: RecordsProof) async throws {
        guard let video = finished.video, tracks(video) else { return }
        let done = finished.isSettled ? doneSettings(ofSource: video.inputPath) : nil
        try await commit(
            .endedSource(
                EndedSource(
                    path: video.inputPath, status: done == nil ? .open : .done, done: done, records: records)))
        untrack(video.inputPath)
    }

    /// Keeps a video whose clips are made by several processes, and whose records another writes. A shard has nothing left to do of
    /// it; a worker may be given more of it.
    func keepShare(of finished: FinishedVideo) async throws {
        guard let video = finished.video, tracks(video) else { return }
        let isDone = finished.isSettled && finished.file.span == nil
        try await commit(
            .endedSource(
                EndedSource(
                    path: video.inputPath, status: isDone ? .done : .open,
                    done: isDone ? doneSettings(ofSource: video.inputPath) : nil)))
        untrack(video.inputPath)
    }

    /// Gives back a video whose records could not be written, so that other runs do not wait for it.
    func letGo(_ video: Video) async throws {
        guard tracks(video) else { return }
        try await commit(.endedSource(EndedSource(path: video.inputPath, status: .open)))
        untrack(video.inputPath)
    }

    /// The settings of the previews that a clip has, in a run that draws none; nil where they are not all of the same.
    func previewsLeftAlone(of clip: Clip) async throws -> String? {
        guard keys.previews == nil, tracks(clip.video) else { return nil }
        let settings = Set(try await ledger.windows(of: clip.id).compactMap(\.previewSettings))
        return settings.count == 1 ? settings.first : nil
    }

    /// The digest of what a video holds, as the ledger knows it.
    func sourceDigest(of video: Video) async throws -> String? {
        guard tracks(video) else { return nil }
        return try await ledger.source(video.inputPath)?.digest
    }

    /// Every caption that the ledger has of a clip's windows as the video is now, the earliest first; empty unless
    /// records are to tell of them, or the clip's record that there is tells of them already.
    func history(of clip: Clip) async throws -> [FrameRange: [WindowAnswer]] {
        guard tracks(clip.video) else { return [:] }
        if policy.onExisting != .append {
            guard !policy.force, try await recordTellsOfHistory(clip) else { return [:] }
        }
        let all = try await ledger.history(of: clip.id).filter { answer in
            answer.isOfPresentSource && !answer.outcome.caption.isEmpty && answer.settings != captions?.hash
        }
        return Dictionary(grouping: all, by: \.range).mapValues { answers in
            answers.enumerated().filter { place, answer in
                answer.isCurrent || !answers[(place + 1)...].contains { answer.isBare(of: $0) }
            }.map(\.element)
        }
    }

    /// Whether the clip's record as it is now has earlier captions.
    private func recordTellsOfHistory(_ clip: Clip) async throws -> Bool {
        let path = "\(ClipWriterStage.outputPathMetas(outputPath))/\(clip.name).json"
        guard let record = try await files.read(path) else { return false }
        return record.firstRange(of: Data("\"caption_history\":".utf8)) != nil
    }

    /// Has the ledger keep something, or some things together; a disk that is full only makes that later.
    func commit(_ changes: LedgerChange...) async throws {
        try await commit(changes)
    }

    /// Has the ledger keep some things together.
    func commit(_ changes: [LedgerChange]) async throws {
        try await context.room.writing { try await ledger.commit(changes) }
    }

    private func answered(_ window: Window, _ settings: WorkKey) -> AnsweredWindow {
        AnsweredWindow(clip: window.clipID, range: window.range, settings: settings, outcome: window.outcome)
    }
}

extension WindowAnswer {
    /// Whether it is a caption before its enhancement, which stands in the one after it, too.
    fileprivate func isBare(of later: WindowAnswer) -> Bool {
        outcome.enhancementRecord == nil && later.outcome.enhancementRecord != nil
            && outcome.caption == later.outcome.caption && outcome.captionRecord == later.outcome.captionRecord
    }
}
