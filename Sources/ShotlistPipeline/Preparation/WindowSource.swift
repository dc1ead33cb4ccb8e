import Foundation
import ShotlistCore
import ShotlistMedia

/// The windows of one clip of which something is left to do, decoded one after another as they are asked for.
struct WindowSource: Sendable {
    /// The windows in order, with what there is of each.
    let tasks: [WindowTask]
    private let stage: CaptionPreparationStage
    private let clip: Clip
    private let plans: [Plan]
    private let reader: (any WindowReading)?
    private let limits: MediaLimits
    private let media: any MediaReading

    /// What is to be decoded of a window, or why nothing is.
    private struct Plan: Sendable {
        let task: WindowTask
        let modelFrames: [Int]
        let resizedSize: PixelSize?
        let shots: PreviewPlan.Shots?
        let problem: ShotlistError?
    }

    /// Plans a clip's windows and opens its video, where any needs frames. Blocks.
    ///
    /// - Parameters:
    ///   - tasks: the windows, in order.
    ///   - clipFile: the clip's own file, which comes from the same pass.
    /// - Throws: ``ShotlistError`` when the video cannot be opened.
    init(
        stage: CaptionPreparationStage, clip: Clip, tasks: [WindowTask], clipFile: ClipFile?, context: RunContext,
        threads: Int
    ) throws(ShotlistError) {
        let previewPlan = context.previewPlan
        self.stage = stage
        self.clip = clip
        limits = context.limits
        media = context.media
        self.tasks = tasks
        plans = tasks.map {
            Self.plan($0, stage: stage, clip: clip, previewPlan: previewPlan, inputsAreRead: context.inputsAreRead)
        }
        let needs = plans.map { plan in
            WindowNeeds(
                range: plan.task.range, modelFrames: plan.modelFrames,
                modelSize: stage.modelDoesPreprocess ? nil : plan.resizedSize,
                previewFrames: plan.shots?.frames ?? [], previewHeight: previewPlan?.targetHeight,
                previewInRGB: previewPlan?.isLossless ?? true)
        }
        let somethingIsNeeded = needs.contains { !$0.modelFrames.isEmpty || !$0.previewFrames.isEmpty }
        reader =
            somethingIsNeeded || clipFile != nil
            ? try context.media.reader(
                path: clip.video.localPath, timeline: clip.video.timeline, clipFrames: clip.frames, windows: needs,
                threads: threads, limits: context.limits, clipFile: clipFile) : nil
    }

    /// What has gone wrong with the clip's own file so far.
    var clipFileProblem: ShotlistError? { reader?.clipFileProblem }

    /// Ends the clip's own file, where one was asked for, after the last window. Blocks.
    func finishClipFile() throws(ShotlistError) -> EncodedClip? { try reader?.finishClipFile() }

    /// The window at `index`; indices must be asked for in order. Blocks.
    ///
    /// A window that cannot be prepared comes back with its status and reason, not as an error.
    ///
    /// - Throws: ``ShotlistError`` (`cancelled`) when the run was stopped meanwhile.
    func window(at index: Int) throws(ShotlistError) -> Window {
        let plan = plans[index]
        let task = plan.task
        var window = task.window(of: clip)
        if let problem = plan.problem { window.fail(problem, status: .skipped) }
        if stage.generatePreviews { window.mp4Source = mp4Source(of: task.range) }
        guard let reader else { return window }
        do throws(ShotlistError) {
            guard let decoded = try reader.next() else {
                throw ShotlistError(
                    .decodeFailed,
                    "'\(clip.video.inputPath)' ended before frame \(clip.frames.lowerBound + task.range.start).",
                    remedy: "The file may be cut off; fetch it again.")
            }
            fill(&window, with: decoded, plan: plan)
        } catch {
            guard error.code != .cancelled else { throw error }
            if task.known == .nothing, window.reason == nil { window.fail(error) }
            if task.drawsPreview { window.previewReason = WindowReason(error) }
        }
        return window
    }

    private func fill(_ window: inout Window, with decoded: DecodedWindow, plan: Plan) {
        let task = plan.task
        if let shots = plan.shots, decoded.previewFrames.count == shots.frames.count, !shots.frames.isEmpty {
            window.previewFrames = PreviewFrames(frames: decoded.previewFrames, durations: shots.durations)
        }
        guard decoded.missingFrames.isEmpty else {
            let error = missing(decoded.missingFrames)
            if task.known == .nothing { window.fail(error) }
            if task.drawsPreview, window.previewFrames == nil { window.previewReason = WindowReason(error) }
            return
        }
        guard let size = plan.resizedSize, !plan.modelFrames.isEmpty else { return }
        let seconds = Double(task.range.count) / clip.video.metadata.framerate
        let effectiveFPS = Double(plan.modelFrames.count) / seconds
        window.input = WindowInput(
            frames: decoded.modelFrames.map { PreparedFrame($0, dtype: stage.preprocessDType) },
            resizedSize: size, frameIndices: plan.modelFrames, effectiveFPS: effectiveFPS,
            videoFPS: clip.video.metadata.framerate, prompt: stage.prompt, mp4Source: mp4Source(of: task.range),
            traceID: window.traceID)
        window.shown = ShownFrames(
            frameIndices: plan.modelFrames, effectiveFPS: effectiveFPS, resizedSize: size)
    }

    private func missing(_ frames: [Int]) -> ShotlistError {
        let shown = frames.prefix(5).map(String.init).joined(separator: ", ")
        return ShotlistError(
            .missingFrames,
            "'\(clip.video.inputPath)' has no picture for \(frames.count) frame(s) of the clip: \(shown)"
                + (frames.count > 5 ? ", ..." : "") + ".",
            remedy: "The file may be damaged; fetch it again.")
    }

    private func mp4Source(of range: FrameRange) -> @Sendable () throws -> Data {
        let (path, timeline, limits, media) = (clip.video.localPath, clip.video.timeline, self.limits, self.media)
        let first = clip.frames.lowerBound
        let frames = first + range.start..<first + range.end + 1
        return { try media.windowMP4(source: path, timeline: timeline, frames: frames, limits: limits) }
    }

    private static func plan(
        _ task: WindowTask, stage: CaptionPreparationStage, clip: Clip, previewPlan: PreviewPlan?,
        inputsAreRead: Bool
    ) -> Plan {
        let range = task.range
        let shots = task.drawsPreview ? previewPlan?.shots(of: range, clip: clip) : nil
        guard inputsAreRead, task.known == .nothing else {
            return Plan(task: task, modelFrames: [], resizedSize: nil, shots: shots, problem: nil)
        }
        do {
            let frames = try stage.sampling.frameIndices(of: range, videoFPS: clip.video.metadata.framerate)
            let size = try stage.modelVariant.frameSizing.size(for: clip.video.metadata.size, frames: frames.count)
            return Plan(task: task, modelFrames: frames, resizedSize: size, shots: shots, problem: nil)
        } catch {
            return Plan(task: task, modelFrames: [], resizedSize: nil, shots: shots, problem: error)
        }
    }
}
