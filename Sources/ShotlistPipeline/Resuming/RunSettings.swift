import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistLedger

/// What a run is asked for, as far as it shapes what comes out, told from its stages.
extension PipelineShape {
    /// All of it; known when every stage is set up. A stage of the user's own that does not say what shapes its work has
    /// another key each time that this is asked.
    var work: RunWork {
        RunWork(plan: planWork, captions: captionWork, previews: previewWork, clipFiles: clipFileWork)
    }

    /// Of windows that are prepared and not captioned.
    var preparedWork: PreparedWork { PreparedWork(stages: Self.own(windowStages)) }

    private var planWork: PlanWork {
        let size = preparation?.windowPlan.windowSize ?? 0
        let threshold = preparation?.windowPlan.remainderThreshold ?? 0
        var work: PlanWork
        switch splitter {
        case let stage as FixedStrideExtractorStage:
            work = PlanWork(
                splitting: "fixed_stride", clipLength: stage.clipLenS, clipStride: stage.clipStrideS,
                leastSeconds: stage.minClipLengthS, clipLimit: stage.limitClips == 0 ? nil : stage.limitClips,
                windowSize: size, remainderThreshold: threshold)
        case is WholeVideoStage:
            work = PlanWork(splitting: "none", windowSize: size, remainderThreshold: threshold)
        default:
            work = PlanWork(splitting: splitter.name, windowSize: size, remainderThreshold: threshold)
        }
        work.stages = Self.own([source, splitter])
        return work
    }

    private var captionWork: CaptionWork? {
        guard let generation, let preparation, let engine = generation.engine else { return nil }
        let (settings, passes) = (generation.settings, generation.passes)
        var work = CaptionWork(
            variant: settings.variant.name, model: ModelWork(engine.identity), prompt: preparation.prompt.text,
            sampling: settings.variant.sampling, maxOutputTokens: settings.maxOutputTokens,
            samplingFPS: preparation.sampling.samplingFPS, frameSizing: preparation.modelVariant.frameSizing,
            mediaForm: engine.mediaForm, secondPass: passes.stage2?.text,
            namedPrompts: passes.namedPrompts.map { NamedPromptWork(name: $0.name, text: $0.prompt.text) },
            seed: passes.seed, retries: passes.retryFlagged, enhancement: enhancement?.work)
        work.stages = Self.own(windowStages)
        return work
    }

    private var previewWork: PreviewWork? {
        guard let preview else { return nil }
        var work = PreviewWork(
            targetFPS: preview.targetFPS, targetHeight: preview.targetHeight,
            compressionLevel: preview.compressionLevel, quality: preview.quality)
        work.stages = Self.own(windowStages)
        return work
    }

    private var clipFileWork: ClipFileWork? {
        let transcoder = clipStages.lazy.compactMap { $0 as? ClipTranscodingStage }.first
        let own = Self.own(clipStages)
        guard transcoder != nil || own != nil else { return nil }
        let isKept: Bool? = (sink as? ClipWriterStage)?.uploadClips == false ? false : nil
        var work = ClipFileWork(encoder: transcoder?.encoder.rawValue ?? "none", isKept: isKept)
        work.stages = own
        return work
    }

    /// The stages of the user's own among some; nil without any.
    private static func own(_ stages: [any Stage]) -> [StageWork]? {
        let own = stages.filter { !isBuiltIn($0) }.map { stage in
            StageWork(name: stage.name, key: stage.workKey ?? "not said \(UUID().uuidString)")
        }
        return own.isEmpty ? nil : own
    }

    private static func isBuiltIn(_ stage: any Stage) -> Bool {
        switch stage {
        case is VideoReader, is S3VideoReader, is ArrivingVideos, is FixedStrideExtractorStage, is WholeVideoStage,
            is ClipTranscodingStage,
            is CaptionPreparationStage, is PreviewStage, is CaptionGenerationStage, is CaptionEnhancementStage,
            is ClipWriterStage:
            true
        default: false
        }
    }
}

extension CaptionEnhancementStage {
    /// What shapes enhanced captions, beside the captions; known after `setUp`.
    var work: EnhancementWork {
        var work = EnhancementWork(
            variant: model.name,
            model: state.value?.identity.map { ModelWork($0) } ?? ModelWork(id: model.name, revision: "not said"),
            prompt: prompt.text, sampling: model.sampling, maxOutputTokens: settings.maxOutputTokens)
        work.seed = seed == 0 ? nil : seed
        return work
    }
}

extension ModelWork {
    /// The model that answers.
    init(_ identity: EngineIdentity) {
        self.init(id: identity.modelID, revision: identity.modelRevision, precision: identity.modelPrecision)
    }
}
