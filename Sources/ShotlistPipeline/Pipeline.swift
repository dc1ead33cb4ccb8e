import ShotlistCore

/// Stages in a row, and what runs them.
///
///     var pipeline = Pipeline(name: "captions_preview")
///     pipeline.addStage(try VideoReader(inputVideoPath: "videos"))
///     pipeline.addStage(try FixedStrideExtractorStage())
///     pipeline.addStage(try CaptionPreparationStage(modelVariant: "qwen"))
///     pipeline.addStage(try PreviewStage())
///     pipeline.addStage(try CaptionGenerationStage(modelVariant: "qwen", engine: engine))
///     pipeline.addStage(ClipWriterStage(outputPath: "shots"))
///     let summary = try await pipeline.run()
///
/// Stages of your own that conform to ``ClipStage`` or ``WindowStage`` fit between these.
public struct Pipeline: Sendable {
    /// The pipeline's name in messages.
    public let name: String
    /// The stages in their order.
    public private(set) var stages: [any Stage] = []

    /// An empty pipeline.
    public init(name: String) {
        self.name = name
    }

    /// Adds a stage at the end.
    public mutating func addStage(_ stage: some Stage) {
        stages.append(stage)
    }

    /// Checks that the stages fit, without reading a file.
    ///
    /// - Throws: ``ShotlistError`` (`pipeline_mismatch`) that names the two stages that do not fit, or the one that
    ///   is missing.
    public func validate() throws(ShotlistError) {
        _ = try PipelineShape(stages)
    }

    /// Runs the pipeline over everything its first stage finds.
    ///
    /// With a ``ClipWriterStage`` it goes on where an earlier run on the same output stopped (``RunOptions/resume``).
    ///
    /// - Parameters:
    ///   - options: threads and observers.
    ///   - onClip: called with each clip when its last window is done, from one task at a time. Without a writer the
    ///     windows still hold their previews. Clips that an earlier run had done are not given.
    /// - Returns: what was done. Files, clips and windows that failed are counted in it, not thrown.
    /// - Throws: ``ShotlistError`` for what ends the run as a whole. A cancelled task gives a summary that says so.
    @discardableResult
    public func run(
        options: RunOptions = RunOptions(),
        onClip: @escaping @Sendable (FinishedClip) async throws -> Void = { _ in }
    ) async throws -> RunSummary {
        let shape = try PipelineShape(stages)
        return try await Runner(shape: shape, options: options, onClip: onClip).run()
    }
}
