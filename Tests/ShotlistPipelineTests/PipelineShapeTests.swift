import ShotlistCore
import ShotlistEngines
import ShotlistPipeline
import Testing

@Suite("A pipeline whose stages do not fit fails before it reads a file")
struct PipelineShapeTests {
    private func message(_ stages: [any Stage]) -> String {
        var pipeline = Pipeline(name: "test")
        func add(_ stage: some Stage) { pipeline.addStage(stage) }
        for stage in stages { add(stage) }
        do {
            try pipeline.validate()
            return ""
        } catch {
            #expect(error.code == .pipelineMismatch)
            return error.description
        }
    }

    private func generation(_ variant: String, preprocess: Bool = false) throws -> CaptionGenerationStage {
        try CaptionGenerationStage(
            modelVariant: variant, modelDoesPreprocess: preprocess,
            engine: { _ in throw ShotlistError(.internalFailure, "never made") })
    }

    @Test func goodOne() throws {
        #expect(
            message([
                try VideoReader(inputVideoPath: "nowhere"), WholeVideoStage(), try CaptionPreparationStage(),
                try PreviewStage(), try generation("qwen2.5"), ClipWriterStage(outputPath: "out"),
            ]) == "")
    }

    @Test func otherVariants() throws {
        let text = message([
            try VideoReader(inputVideoPath: "nowhere"), WholeVideoStage(),
            try CaptionPreparationStage(modelVariant: "demo"), try generation("qwen"),
        ])
        #expect(text.contains("'demo'") && text.contains("'qwen'"))
    }

    @Test func otherPreprocessing() throws {
        let text = message([
            try VideoReader(inputVideoPath: "nowhere"), WholeVideoStage(), try CaptionPreparationStage(),
            try generation("qwen", preprocess: true),
        ])
        #expect(text.contains("model_does_preprocess"))
    }

    @Test func missingPreparation() throws {
        let text = message([
            try VideoReader(inputVideoPath: "nowhere"), WholeVideoStage(), try generation("qwen"),
        ])
        #expect(text.contains("CaptionPreparationStage"))
    }

    @Test func missingSplitter() throws {
        #expect(
            message([try VideoReader(inputVideoPath: "nowhere"), try CaptionPreparationStage()]).contains("clips"))
    }

    @Test func missingReader() {
        #expect(message([WholeVideoStage()]).contains("VideoReader"))
    }

    @Test func wrongOrder() throws {
        let text = message([
            try VideoReader(inputVideoPath: "nowhere"), WholeVideoStage(), try PreviewStage(),
            try CaptionPreparationStage(),
        ])
        #expect(text.contains("'caption_preparation' after 'preview'"))
    }

    @Test func twoPreparations() throws {
        let text = message([
            try VideoReader(inputVideoPath: "nowhere"), WholeVideoStage(), try CaptionPreparationStage(),
            try CaptionPreparationStage(),
        ])
        #expect(text.contains("does not fit"))
    }

    @Test func previewsWithoutFrames() throws {
        let text = message([
            try VideoReader(inputVideoPath: "nowhere"), WholeVideoStage(),
            try CaptionPreparationStage(generatePreviews: false), try PreviewStage(),
        ])
        #expect(text.contains("generatePreviews"))
    }

    private func enhancement() throws -> CaptionEnhancementStage {
        try CaptionEnhancementStage { _ in throw ShotlistError(.internalFailure, "never made") }
    }

    @Test("captions are enhanced once, after they are made, and after previews are drawn")
    func enhancements() throws {
        let start: [any Stage] = [
            try VideoReader(inputVideoPath: "nowhere"), WholeVideoStage(), try CaptionPreparationStage(),
        ]
        let good: [any Stage] = [try PreviewStage(), try generation("qwen"), try enhancement()]
        #expect(message(start + good) == "")
        let without = "no stage before 'caption_enhancement' makes them"
        #expect(message(start + [try enhancement()]).contains(without))
        #expect(message(start + [try enhancement(), try generation("qwen")]).contains(without))
        #expect(message(start + good + [try enhancement()]).contains("'caption_enhancement' twice"))
        #expect(
            message(start + [try generation("qwen"), try enhancement(), try PreviewStage()])
                .contains("'preview' after 'caption_enhancement'"))
    }

    @Test("numbers out of range and what is not built are refused when a stage is made")
    func parameters() {
        #expect(throws: ShotlistError.self) { try CaptionPreparationStage(windowSize: 0) }
        #expect(throws: ShotlistError.self) { try CaptionPreparationStage(samplingFPS: -1) }
        #expect(throws: ShotlistError.self) { try CaptionPreparationStage(remainderThreshold: -1) }
        #expect(throws: ShotlistError.self) { try CaptionPreparationStage(promptText: "  ") }
        #expect(throws: ShotlistError.self) { try PreviewStage(compressionLevel: 7) }
        #expect(throws: ShotlistError.self) { try PreviewStage(quality: 101) }
        #expect(throws: ShotlistError.self) { try FixedStrideExtractorStage(clipLenS: 0) }
        #expect(throws: ShotlistError.self) { try VideoReader(inputVideoPath: "x", videoLimit: -1) }
        expectCode(.unknownVariant) { _ = try CaptionPreparationStage(modelVariant: "qwn") }
        let engine: EngineFactory = { _ in throw ShotlistError(.internalFailure, "never made") }
        let text: TextEngineFactory = { _ in throw ShotlistError(.internalFailure, "never made") }
        expectCode(.invalidArgument) { _ = try CaptionEnhancementStage(modelBatchSize: 0, engine: text) }
        expectCode(.invalidArgument) { _ = try CaptionEnhancementStage(modelBatchSize: 4097, engine: text) }
        expectCode(.invalidArgument) { _ = try CaptionEnhancementStage(maxOutputTokens: 0, engine: text) }
        expectCode(.invalidArgument) { _ = try CaptionEnhancementStage(roundSize: 0, engine: text) }
        expectCode(.invalidArgument) { _ = try CaptionEnhancementStage(promptText: " \n", engine: text) }
        expectCode(.unknownVariant) { _ = try CaptionEnhancementStage(modelVariant: "nemotron", engine: text) }
        expectCode(.invalidArgument) { _ = try CaptionGenerationStage(captionBatchSize: 0, engine: engine) }
    }

    private func expectCode(_ code: ShotlistError.Code, _ body: () throws -> Void) {
        do {
            try body()
            Issue.record("nothing was thrown")
        } catch {
            #expect((error as? ShotlistError)?.code == code)
        }
    }
}
