import ShotlistCore

/// A pipeline's stages by the part they play, once it is known that they fit.
struct PipelineShape: Sendable {
    let source: any SourceStage
    let splitter: any SplittingStage
    let clipStages: [any ClipStage]
    let preparation: CaptionPreparationStage?
    let windowStages: [any WindowStage]
    let sink: (any SinkStage)?

    /// All stages, in the order in which they are set up: the last one first, since it says whether there is a place to
    /// write to, then the others in the order of work.
    var all: [any Stage] {
        var stages: [any Stage] = []
        if let sink { stages.append(sink) }
        stages.append(source)
        stages.append(splitter)
        for stage in clipStages { stages.append(stage) }
        if let preparation { stages.append(preparation) }
        for stage in windowStages { stages.append(stage) }
        return stages
    }

    /// The stage that draws previews.
    var preview: PreviewStage? {
        windowStages.lazy.compactMap { $0 as? PreviewStage }.first
    }

    /// The stage that captions.
    var generation: CaptionGenerationStage? {
        windowStages.lazy.compactMap { $0 as? CaptionGenerationStage }.first
    }

    /// The stage that enhances captions.
    var enhancement: CaptionEnhancementStage? {
        windowStages.lazy.compactMap { $0 as? CaptionEnhancementStage }.first
    }

    /// The stage whose files come from the pass that decodes windows: they must be encoded, and nobody may ask for them
    /// before the windows are done.
    var filesFromWindows: ClipTranscodingStage? {
        guard preparation != nil, sink == nil || sink is ClipWriterStage,
            let stage = clipStages.last as? ClipTranscodingStage, stage.encoder != .copy,
            windowStages.allSatisfy({
                $0 is PreviewStage || $0 is CaptionGenerationStage || $0 is CaptionEnhancementStage
            })
        else { return nil }
        return stage
    }

    /// Whether clips' files are encoded on a card.
    var encodesOnCard: Bool {
        clipStages.contains { ($0 as? ClipTranscodingStage)?.encoder == .h264NVENC }
    }

    /// Whether any stage reads windows' prepared inputs: all but the preview stage may.
    var inputsAreRead: Bool {
        windowStages.contains { !($0 is PreviewStage) }
    }

    /// Puts each stage in its place.
    ///
    /// - Throws: ``ShotlistError`` (`pipeline_mismatch`).
    init(_ stages: [any Stage]) throws(ShotlistError) {
        try Self.checkOrder(stages)
        guard let source = stages.lazy.compactMap({ $0 as? any SourceStage }).first else {
            throw Self.mismatch("has no stage that reads videos", "Begin with a VideoReader.")
        }
        guard let splitter = stages.lazy.compactMap({ $0 as? any SplittingStage }).first else {
            throw Self.mismatch(
                "has no stage that makes clips of videos",
                "Add a FixedStrideExtractorStage, or a WholeVideoStage, after the reader.")
        }
        self.source = source
        self.splitter = splitter
        clipStages = stages.compactMap { $0 as? any ClipStage }
        preparation = stages.lazy.compactMap { $0 as? CaptionPreparationStage }.first
        windowStages = stages.compactMap { $0 as? any WindowStage }
        sink = stages.lazy.compactMap { $0 as? any SinkStage }.first
        try checkWindows()
        try checkEnhancement()
    }

    private static func mismatch(_ what: String, _ remedy: String) -> ShotlistError {
        ShotlistError(.pipelineMismatch, "The pipeline \(what).", remedy: remedy)
    }

    /// The place of a stage's kind in a pipeline, and whether there may be only one of the kind.
    private static func place(of stage: any Stage) throws(ShotlistError) -> (rank: Int, isSingle: Bool) {
        switch stage {
        case is any SourceStage: return (0, true)
        case is any SplittingStage: return (1, true)
        case is any ClipStage: return (2, false)
        case is CaptionPreparationStage: return (3, true)
        case is any WindowStage: return (4, false)
        case is any SinkStage: return (5, true)
        default:
            throw mismatch(
                "holds '\(stage.name)', which is neither a ClipStage nor a WindowStage",
                "Let the stage conform to one of the two.")
        }
    }

    private static func checkOrder(_ stages: [any Stage]) throws(ShotlistError) {
        var before: (name: String, rank: Int)?
        for stage in stages {
            let place = try place(of: stage)
            if let before, place.rank < before.rank || (place.rank == before.rank && place.isSingle) {
                throw mismatch(
                    "has '\(stage.name)' after '\(before.name)', where it does not fit",
                    "The order is: reader, splitting, clip stages, preparation, window stages, writer.")
            }
            before = (stage.name, place.rank)
        }
    }

    private func checkWindows() throws(ShotlistError) {
        if let first = windowStages.first, preparation == nil {
            throw Self.mismatch(
                "has '\(first.name)', but no stage makes windows for it", "Add a CaptionPreparationStage before it.")
        }
        guard let preparation else { return }
        if preview != nil, !preparation.generatePreviews {
            throw Self.mismatch(
                "has 'preview', but 'caption_preparation' keeps nothing for it", "Set generatePreviews to true.")
        }
        guard let generation else { return }
        let (prepared, generated) = (preparation.modelVariant, generation.settings.variant)
        guard prepared == generated else {
            throw Self.mismatch(
                "prepares windows for '\(prepared.name)' and captions with '\(generated.name)'",
                "Name the same model variant in both stages.")
        }
        guard preparation.modelDoesPreprocess == generation.modelDoesPreprocess else {
            throw Self.mismatch(
                "says model_does_preprocess differently in 'caption_preparation' and 'caption_generation'",
                "Say the same in both stages.")
        }
    }

    private func checkEnhancement() throws(ShotlistError) {
        let places = windowStages.indices.filter { windowStages[$0] is CaptionEnhancementStage }
        guard let place = places.first else { return }
        guard places.count == 1 else {
            throw Self.mismatch("has 'caption_enhancement' twice", "Enhance captions with one model.")
        }
        guard windowStages[..<place].contains(where: { $0 is CaptionGenerationStage }) else {
            throw Self.mismatch(
                "enhances captions, but no stage before 'caption_enhancement' makes them",
                "Add a CaptionGenerationStage before it.")
        }
        // Windows may wait in thousands for their enhancement, and must hold no pictures then.
        guard !windowStages[place...].contains(where: { $0 is PreviewStage }) else {
            throw Self.mismatch(
                "has 'preview' after 'caption_enhancement', where windows wait without their pictures",
                "Add the PreviewStage before it.")
        }
    }
}
