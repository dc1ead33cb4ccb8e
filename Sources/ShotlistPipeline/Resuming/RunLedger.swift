import Foundation
import ShotlistCore
import ShotlistLedger

/// What runs have done in an output: its ledger, and the lock that keeps runs away meanwhile that do not join.
///
/// ``ClipWriterStage`` opens it in its `setUp`, and closes it in its `tearDown`. A run looks up in it what need not be done
/// again, and tells it what was done.
public final class RunLedger: Sendable {
    private let ledger: Ledger
    private let lock: LedgerLock
    private let files: any OutputFiles
    private let copy: LedgerCopy?
    private let outputPath: String
    private let context: RunContext
    private let running = StageState<Resume>()

    private init(
        ledger: Ledger, lock: LedgerLock, outputPath: String, files: any OutputFiles, copy: LedgerCopy?,
        context: RunContext
    ) {
        self.ledger = ledger
        self.lock = lock
        self.outputPath = outputPath
        self.files = files
        self.copy = copy
        self.context = context
    }

    /// Takes an output for a run, removes what a run left that was killed, and opens the ledger.
    ///
    /// - Parameters:
    ///   - outputPath: what the output's files are below, as records name it.
    ///   - workFolder: the folder that holds the ledger; the same, unless the output is in a bucket.
    ///   - copy: what keeps the output one where runs on other machines may work on it.
    /// - Throws: ``ShotlistError``: `output_in_use` when another run works there, `ledger_invalid`, `output_invalid`,
    ///   `disk_full`, `ledger_failed`; `not_available` for runs that would share a bucket.
    static func open(
        outputPath: String, workFolder: String, files: any OutputFiles, copy: LedgerCopy?, _ context: RunContext
    ) async throws -> RunLedger {
        guard copy == nil || !context.joins else {
            throw ShotlistError(
                .notAvailable, "Runs cannot share '\(outputPath)': it is in a bucket.",
                remedy: "Let each run have an output of its own.")
        }
        let (lock, isAlone) = try await context.pool.run {
            guard context.joins else { return (try LedgerLock.take(outputPath: workFolder), true) }
            return try LedgerLock.join(outputPath: workFolder)
        }
        do {
            try await copy?.claim()
        } catch {
            lock.release()
            throw error
        }
        do {
            let ledger = try await Ledger.open(outputPath: workFolder, program: context.program)
            if isAlone {
                let own = context.stagingFolder.lastPathComponent
                let wereKilled = try await ledger.forgetOthers()
                // A run that came to its end left nothing under temporary names.
                let wasKilled = try await ledger.runs(limit: 1).first?.ended == nil
                try await context.pool.run {
                    Leftovers.removeStaging(outputPath: workFolder, except: own)
                    if wereKilled || wasKilled { Leftovers.remove(outputPath: workFolder) }
                }
                if wereKilled { try await ledger.forgetLeftovers() }
            }
            // One process keeps a bucket's lease and the copy of the ledger.
            if isAlone, copy == nil { try lock.share(outputPath: workFolder) }
            return RunLedger(
                ledger: ledger, lock: lock, outputPath: outputPath, files: files, copy: copy, context: context)
        } catch {
            await copy?.giveBack()
            lock.release()
            throw error
        }
    }

    /// What this run does; nil before every stage is set up.
    var resume: Resume? { running.value }

    /// Begins a run, when every stage is set up.
    func begin(
        _ shape: PipelineShape, _ policy: ResumePolicy, _ command: RecordedCommand?, _ context: RunContext
    ) async throws -> Resume {
        let work = shape.work
        let keys = try RunKeys(work)
        let answers: WorkKey = if let captions = keys.captions { captions } else { try WorkKey(shape.preparedWork) }
        var bare = work.captions
        bare?.enhancement = nil
        let captions: WorkKey? = if work.captions?.enhancement == nil { nil } else { try bare.map { try WorkKey($0) } }
        let selection = try await SelectedWindows.find(policy, keys, in: ledger, context)
        try await context.room.writing { try await ledger.enter(keys, policy: policy.shared) }
        if selection == nil, let before = try await ledger.lastWholeRun() { tell(of: before, keys, policy, context) }
        let notes = RunNotes(isOfSelectedWindows: selection != nil, command: command)
        let id = try await context.room.writing {
            try await ledger.beginRun(keys, program: context.program, notes: notes)
        }
        try await context.room.writing { try await copy?.keep(ledger) }
        context.answerSettings.set(answers.hash)
        let resume = Resume(
            ledger: ledger, keys: keys, answers: answers, captions: captions, policy: policy, outputPath: outputPath,
            files: files, runID: id, context: context, keepsClipFiles: work.clipFiles?.isKept != false,
            hasWords: work.captions?.enhancement != nil || work.captions?.namedPrompts.isEmpty == false,
            variant: shape.generation?.settings.variant.name, selection: selection)
        running.set(resume)
        return resume
    }

    /// Says when captions or files are to come out otherwise than in the run before.
    private func tell(of before: LedgerRun, _ keys: RunKeys, _ policy: ResumePolicy, _ context: RunContext) {
        guard !policy.force else { return }
        let parts = [
            ("captions", before.captions, keys.captions), ("previews", before.previews, keys.previews),
            ("clips' files", before.clipFiles, keys.clipFiles),
        ]
        let others = parts.filter { $0.1 != nil && $0.2 != nil && $0.1 != $0.2?.hash }.map { $0.0 }
        guard !others.isEmpty else { return }
        let what =
            switch policy.onExisting {
            case .skip: "what is done with those is left as it is, and outdated captions are marked"
            case .redo: "what is done with those is done anew"
            case .append: "what is done with those is done anew, and earlier captions stay in the records"
            }
        context.report(
            .note("The settings of \(others.joined(separator: ", ")) are not those of the last run here: \(what)."))
    }

    /// Ends the run.
    ///
    /// - Parameter ending: how, in a word.
    func end(_ ending: String) async throws {
        guard let resume = running.value else { return }
        try await ledger.endRun(resume.runID, ending: ending)
    }

    /// Closes the ledger and lets other runs in.
    func close() async {
        running.set(nil)
        // Leases that stay are those of a run that is gone, and anybody's.
        try? await ledger.leave()
        await copy?.finish(ledger)
        // Everything that was committed is on the disk; what closing does beside is done by the next run, too.
        try? await ledger.close()
        lock.release()
    }
}
