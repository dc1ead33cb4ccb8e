import AsyncAlgorithms
import ShotlistCore
import ShotlistMedia

/// Takes a clip through the clip stages and hands on its windows.
struct ClipWorker: Sendable {
    let shape: PipelineShape
    let context: RunContext
    let collector: Collector
    let kept: KeptWindows
    let resume: Resume?
    let threads: DecodingThreads

    /// Works on one clip until its last window is handed on and its own file is written.
    func work(on item: ClipItem, handingTo windows: AsyncChannel<WindowItem>) async throws {
        try await decode(item, handingTo: windows)
        await collector.uses.end(item.clip.video.inputPath)
    }

    private func decode(_ item: ClipItem, handingTo windows: AsyncChannel<WindowItem>) async throws {
        var clip = item.clip
        let ranges = shape.preparation?.windowPlan.windows(totalFrames: clip.frames.count) ?? []
        var plan = ClipPlan(ranges)
        if let resume, let known = item.known { plan = try await resume.plan(clip, ranges, known) }
        clip.encoded = plan.file
        if let refusal = context.refusedClips.refusal(of: clip) {
            let stage = shape.preparation?.name ?? shape.clipStages.last?.name
            return try await fail(&clip, by: stage, with: refusal, isSettled: true)
        }
        // The last clip stage may leave its file to the pass that decodes the windows.
        var isSettled = true
        for stage in shape.filesFromWindows == nil ? shape.clipStages[...] : shape.clipStages.dropLast() {
            if plan.file != nil, stage is ClipTranscodingStage { continue }
            try await waitForRoom(clip)
            let isDone = try await keepingErrors(of: stage, in: &clip) { clip in
                try await context.room.writing { try await stage.process(&clip) }
            }
            isSettled = isSettled && isDone
        }
        guard let preparation = shape.preparation else {
            try await collector.open(clip, windows: [], reason: nil, isSettled: isSettled)
            return
        }
        let clipFile = plan.file == nil ? shape.filesFromWindows?.clipFile(of: clip) : nil
        guard clipFile != nil || ranges.isEmpty || plan.windows.contains(where: { !$0.isDone }) else {
            try await collector.open(clip, windows: ranges, reason: nil, isSettled: isSettled)
            try await keepDone(plan, of: clip)
            return
        }
        let share = await threads.take(for: clip.video.metadata.size)
        defer { threads.giveBack(share) }
        try Task.checkCancellation()
        try await prepare(
            clip, plan, clipFile, by: preparation, threads: share.threads, isSettled: isSettled, handingTo: windows)
    }

    private func prepare(
        _ clip: Clip, _ plan: ClipPlan, _ clipFile: ClipFile?, by stage: CaptionPreparationStage, threads: Int,
        isSettled: Bool, handingTo windows: AsyncChannel<WindowItem>
    ) async throws {
        var (clip, isSettled) = (clip, isSettled)
        let tasks = plan.windows.filter { !$0.isDone }
        let source: WindowSource
        do {
            source = try await context.pool.run { [clip] in
                try WindowSource(
                    stage: stage, clip: clip, tasks: tasks, clipFile: clipFile, context: context, threads: threads)
            }
        } catch let error as ShotlistError where error.code != .cancelled {
            context.refusedClips.note(clip, isRefused: error.code == .limitExceeded)
            if clipFile != nil, let writer = shape.filesFromWindows { clip.errors[writer.name] = error.description }
            return try await fail(&clip, by: stage.name, with: error, isSettled: isSettled)
        }
        guard !plan.windows.isEmpty else {
            let error = ShotlistError(
                .tooFewFrames, "The clip has \(clip.frames.count) frame(s), too few for a window.",
                remedy: "Use longer clips; a window needs 4 frames.")
            if clipFile != nil { isSettled = try await finishFile(of: &clip, by: source) && isSettled }
            try await collector.open(clip, windows: [], reason: WindowReason(error), isSettled: isSettled)
            return
        }
        if stage.verbose {
            context.logger.info("clip \(clip.name): \(clip.frames.count) frames, \(plan.windows.count) window(s)")
        }
        try await collector.open(
            clip, windows: plan.windows.map(\.range), reason: nil, awaitsFile: clipFile != nil, isSettled: isSettled)
        try await keepDone(plan, of: clip)
        // What an earlier run captioned is in the record, also when this one is stopped before it is on its way.
        for task in source.tasks where task.known != .nothing {
            kept.keepFromTheStart(
                WindowItem(
                    clip: clip, window: task.window(of: clip), known: task.known, drawsPreview: task.drawsPreview))
        }
        var isRefused = !source.tasks.isEmpty
        for (index, task) in source.tasks.enumerated() {
            try Task.checkCancellation()
            try await waitForRoom(clip)
            let item = try await self.item(at: index, task, of: clip, from: source)
            isRefused = isRefused && item.isRefusedByLimit
            await collector.uses.begin(clip.video.inputPath)
            await windows.send(item)
        }
        context.refusedClips.note(clip, isRefused: isRefused)
        guard clipFile != nil else { return }
        let hasFile = try await finishFile(of: &clip, by: source)
        // What has come this far is written, also when the run is stopped meanwhile.
        try await Task { [clip] in try await collector.take(clip, isSettled: hasFile) }.value
    }

    /// Ends a clip of which no window can be made.
    private func fail(
        _ clip: inout Clip, by stage: String?, with error: ShotlistError, isSettled: Bool
    ) async throws {
        if resume?.selection != nil {
            await collector.leave(clip, error)
            return
        }
        if let stage { clip.errors[stage] = error.description }
        let reason = WindowReason(error)
        try await collector.open(clip, windows: [], reason: reason, isSettled: isSettled && !reason.isTriedAgain)
    }

    /// Waits for room, but not with a video that was brought here: finishing it is what makes room.
    private func waitForRoom(_ clip: Clip) async throws {
        guard !clip.video.isBroughtHere else { return }
        try await context.room.wait()
    }

    /// Decodes a window, as far as it needs frames.
    private func item(
        at index: Int, _ task: WindowTask, of clip: Clip, from source: WindowSource
    ) async throws -> WindowItem {
        let places = context.metrics.places
        places.moved(Window(clipID: clip.id, range: task.range), to: .decoding)
        let window = try await context.pool.run { [metrics = context.metrics] in
            try metrics.decodeSeconds.measure { try source.window(at: index) }
        }
        places.moved(window, to: shape.windowStages.first?.waitingPlace ?? .writing)
        return WindowItem(clip: clip, window: window, known: task.known, drawsPreview: task.drawsPreview)
    }

    /// Hands on the windows that need no work. A stop does not cut that short: it takes no time.
    private func keepDone(_ plan: ClipPlan, of clip: Clip) async throws {
        let done = plan.windows.filter(\.isDone).map { $0.window(of: clip) }
        guard !done.isEmpty else { return }
        try await Task { [collector] in
            for window in done { try await collector.keep(window, of: clip) }
        }.value
    }

    /// - Returns: whether nothing of it is left to do.
    private func finishFile(of clip: inout Clip, by source: WindowSource) async throws -> Bool {
        guard let stage = shape.filesFromWindows else { return true }
        return try await keepingErrors(of: stage, in: &clip) { clip in
            do {
                clip.encoded = try await context.pool.run { try source.finishClipFile() }
            } catch let error as ShotlistError where error.code == .diskFull {
                // That pass is over; when there is room the file gets one of its own.
                try await context.room.writing(after: error) { try await stage.process(&clip) }
            }
        }
    }

    /// Does a stage's work on a clip; what goes wrong is kept with the clip, unless it ends the run.
    ///
    /// - Returns: whether nothing of it is left to do.
    private func keepingErrors(
        of stage: any Stage, in clip: inout Clip, _ work: (inout Clip) async throws -> Void
    ) async throws -> Bool {
        do {
            try await work(&clip)
            return true
        } catch let error as ShotlistError where error.code != .diskFull && error.code != .cancelled {
            clip.errors[stage.name] = error.description
            if error.code == .limitExceeded { context.refusedClips.note(clip, isRefused: true) }
            context.report(.warning("Clip \(clip.name): \(error)"))
            return !WindowReason(error).isTriedAgain
        }
    }
}
