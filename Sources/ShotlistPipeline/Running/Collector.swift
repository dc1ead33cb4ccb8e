import ShotlistCore

/// The end of the way: it puts windows, clips and videos together, hands them to the writer, has the ledger keep what is
/// done, and keeps count.
struct Collector: Sendable {
    let assembler: ClipAssembler
    let tally: Tally
    let shape: PipelineShape
    let context: RunContext
    private let resume: Resume?
    private let onClip: @Sendable (FinishedClip) async throws -> Void
    /// Who still needs videos' bytes.
    let uses: VideoUses
    private let caller = OneAtATime()

    /// The run's counts.
    actor Tally {
        var summary = RunSummary()

        init(videos: Int) {
            summary.videos = videos
        }

        func update(_ change: @Sendable (inout RunSummary) -> Void) {
            change(&summary)
        }
    }

    init(
        shape: PipelineShape, context: RunContext, resume: Resume?,
        onClip: @escaping @Sendable (FinishedClip) async throws -> Void, videos: Int
    ) {
        assembler = ClipAssembler(captionVariant: shape.generation?.settings.variant.name)
        tally = Tally(videos: videos)
        uses = VideoUses(shape.source)
        self.shape = shape
        self.context = context
        self.resume = resume
        self.onClip = onClip
    }

    /// Counts videos that were found after the run had begun.
    func found(_ videos: Int) async {
        await tally.update { $0.videos += videos }
        context.metrics.found(videos: await tally.summary.videos)
    }

    /// Announces a video and how many of its clips are made here.
    func open(_ video: Video, file: VideoFile, clips: Int, shared: SharedVideo?) async throws {
        context.report(.videoOpened(video, clips: clips))
        if let finished = await assembler.open(video, file: file, clipCount: clips, shared: shared) {
            if (shared?.clips ?? clips) == 0 {
                context.report(.warning("'\(video.inputPath)' is too short for a clip; none is made of it."))
            }
            try await finish(finished)
        }
    }

    /// Keeps a file that could not be read.
    func fail(_ file: VideoFile, _ error: ShotlistError) async throws {
        guard error.code != .cancelled else { throw error }
        await tally.update { $0.failedVideos[file.inputPath] = error.description }
        context.report(.videoFailed(file, error))
        try await finish(FinishedVideo(file: file, video: nil, error: error, clips: [], isSettled: true))
    }

    /// Announces a clip and its windows, whether its own file comes after them, and whether nothing of it is left so far.
    func open(
        _ clip: Clip, windows: [FrameRange], reason: WindowReason?, awaitsFile: Bool = false, isSettled: Bool = true
    ) async throws {
        let finished = await assembler.open(
            clip, windows: windows, reason: reason, awaitsFile: awaitsFile, isSettled: isSettled)
        if let finished { try await finish(finished) }
    }

    /// Takes a clip whose own file has come, or will not: then it may be left to do.
    func take(_ clip: Clip, isSettled: Bool) async throws {
        if let finished = await assembler.add(clip, isSettled: isSettled) { try await finish(finished) }
    }

    /// Hands a window's preview to the writer and lets go of its frames.
    func handOn(_ item: inout WindowItem) async throws {
        item.window.input = nil
        item.window.previewFrames = nil
        guard !item.isHandedOn else { return }
        await uses.end(item.clip.video.inputPath)
        item.hadPreview = item.window.webpBytes != nil || (!item.drawsPreview && item.window.hasPreview)
        do {
            try await shape.sink?.take(&item.window, of: item.clip)
        } catch let error as ShotlistError where error.isOfOneFile {
            item.window.webpBytes = nil
            item.window.previewReason = WindowReason(error)
        }
        item.isHandedOn = true
    }

    /// Keeps a caption that is still to be enhanced.
    func keepCaption(_ item: WindowItem) async throws {
        try await resume?.keepCaption(item)
    }

    /// Takes a window that went through every stage. It is kept before anything counts it as done.
    func take(_ item: WindowItem) async throws {
        var item = item
        try await handOn(&item)
        if let resume, item.known != .answer {
            item.window.settings = resume.answers.hash
            item.window.isPicked = resume.picks(item.window)
        }
        let isSettled = try await resume?.keep(item) ?? true
        let (window, known) = (item.window, item.known)
        let hasPreview = item.hadPreview && window.previewReason == nil && context.previewPlan != nil
        await tally.update { summary in
            summary.add(window, known: known)
            if hasPreview { summary.previews += 1 }
        }
        context.metrics.count(window, known: known, hasPreview: hasPreview && item.drawsPreview)
        context.report(
            known == .answer
                ? .windowKept(window, clip: item.clip) : .windowFinished(window, clip: item.clip))
        // A window that was asked again in vain stays as it was.
        let shown = known == .answer ? window : resume?.staying(insteadOf: window) ?? window
        let finished = await assembler.add(shown, hadPreview: item.hadPreview, isSettled: isSettled)
        if let finished { try await finish(finished) }
    }

    /// Whether a window is still to come.
    func isWaiting(for item: WindowItem) async -> Bool {
        await assembler.isWaiting(for: item.window)
    }

    /// Writes the clips of which a part is done, when the run was stopped: windows that it did not come to say so.
    func closeOpenClips() async throws {
        let reason = ShotlistError(
            .cancelled, "The run was stopped before it came to this window.", remedy: "Run it again.")
        for (clip, ranges, awaitsFile) in await assembler.openClips() {
            var clip = clip
            if awaitsFile, let stage = shape.filesFromWindows {
                clip.errors[stage.name] = "The run was stopped before this clip's file was whole. Run it again."
            }
            if awaitsFile || ranges.isEmpty {
                if let finished = await assembler.add(clip, isSettled: false) { try await finish(finished) }
            }
            for range in ranges {
                var window = Window(clipID: clip.id, range: range)
                window.fail(reason, status: .skipped)
                if let stays = resume?.staying(insteadOf: window) {
                    try await keep(stays, of: clip)
                    continue
                }
                await tally.update { [window] in $0.add(window) }
                context.metrics.count(window, hasPreview: false)
                let finished = await assembler.add(window, hadPreview: false, isSettled: false)
                if let finished { try await finish(finished) }
            }
        }
    }

    /// The counts of the whole run.
    func finish(seconds: Double, cancelled: Bool) async -> RunSummary {
        await tally.update { $0.finish(seconds: seconds, cancelled: cancelled) }
        return await tally.summary
    }

    func finish(_ clip: FinishedClip) async throws {
        let isWritten = try await writing("clip \(clip.clip.name)") { try await shape.sink?.take(clip) }
        await tally.update { $0.add(clip) }
        context.metrics.count(clip)
        context.report(.clipFinished(clip))
        try await caller.run { try await onClip(clip) }
        if let video = await assembler.add(clip, isWritten: isWritten) { try await finish(video) }
    }

    func finish(_ video: FinishedVideo) async throws {
        let isWritten = try await writing("'\(video.file.inputPath)'") { try await shape.sink?.take(video) }
        var video = video
        if !isWritten, let opened = video.video {
            video.isSettled = false
            try await resume?.letGo(opened)
        }
        context.metrics.count(video)
        context.report(.videoFinished(video))
    }

    /// Lets the writer work, and tells whether it could. A record that cannot be written costs itself alone; a full disk
    /// ends the run.
    private func writing(_ what: String, _ body: () async throws -> Void) async throws -> Bool {
        do {
            try await body()
            return true
        } catch let error as ShotlistError where error.isOfOneFile {
            await tally.update { $0.failedRecords[what] = error.description }
            context.report(.warning("The record of \(what) is missing: \(error)"))
            return false
        }
    }
}

extension ShotlistError {
    /// Whether it is the matter of the one file that could not be written. The disk and the ledger are everyone's.
    fileprivate var isOfOneFile: Bool { code == .writeFailed || code == .outputInvalid }
}
