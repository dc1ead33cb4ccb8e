// NeMo Curator's quickstart, "captions and preview", in Swift: cut, prepare, preview and caption a folder of videos.
//
// Run it with: swift run -c release Quickstart VIDEOS OUTPUT

import Foundation
import ShotlistEngines
import ShotlistLlama
import ShotlistModels
import ShotlistPipeline

@main
enum Quickstart {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let videos = arguments.first, let output = arguments.dropFirst().first else {
            print("usage: Quickstart VIDEOS OUTPUT")
            exit(64)
        }

        var pipe = Pipeline(name: "captions_preview")
        pipe.addStage(try VideoReader(inputVideoPath: videos))
        pipe.addStage(try FixedStrideExtractorStage(clipLenS: 10, clipStrideS: 10, minClipLengthS: 2))
        pipe.addStage(
            try CaptionPreparationStage(
                modelVariant: "demo",
                promptVariant: .default,
                promptText: nil,
                samplingFPS: 2.0,
                windowSize: 256,
                remainderThreshold: 128,
                modelDoesPreprocess: false,
                preprocessDType: .float16,
                generatePreviews: true,
                verbose: true))
        pipe.addStage(try PreviewStage(targetFPS: 1.0, targetHeight: 240, verbose: true))
        pipe.addStage(
            try CaptionGenerationStage(
                modelDir: "models",
                modelVariant: "demo",
                captionBatchSize: 8,
                fp8: false,
                maxOutputTokens: 512,
                modelDoesPreprocess: false,
                disableMMCache: true,
                generateStage2Caption: false,
                stage2PromptText: nil,
                engine: embedded))
        pipe.addStage(ClipWriterStage(outputPath: output))

        let summary = try await pipe.run { finished in
            for window in finished.windows {
                print("\(finished.clip.name) \(window.range): \(window.caption["demo"] ?? "no caption")")
            }
        }
        print("\(summary.windows) windows, \(summary.previews) previews")
    }

    /// llama.cpp in this process. The vision-language model of a fleet of servers would be another closure.
    static let embedded: EngineFactory = { settings in
        let files = try ModelFiles.locate(
            settings.variant, modelDir: settings.modelDir, modelPath: nil, projectorPath: nil)
        return try await LlamaEngine.load(
            LlamaOptions(
                modelPath: files.text, projectorPath: files.visionProjector(), modelID: files.modelID))
    }
}
