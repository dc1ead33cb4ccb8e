import ShotlistCore
import ShotlistPipeline

/// The stages that a request asks for, with the numbers of NeMo Curator's quickstart.
struct Stages: Sendable {
    let request: Request
    /// Threads of the run.
    let threads: Int

    func reader() throws -> VideoReader {
        try VideoReader(inputVideoPath: request.videos)
    }

    func splitting() throws -> any SplittingStage {
        guard let seconds = request.clipSeconds else { return WholeVideoStage() }
        return try FixedStrideExtractorStage(clipLenS: seconds, clipStrideS: seconds)
    }

    func preparation() throws -> CaptionPreparationStage {
        try CaptionPreparationStage(
            modelVariant: "qwen", samplingFPS: 2, windowSize: 256, remainderThreshold: 128,
            modelDoesPreprocess: request.resized != true, preprocessDType: request.dtype ?? .float16,
            generatePreviews: true)
    }

    func preview() throws -> PreviewStage {
        try PreviewStage(targetFPS: 1, targetHeight: 240, numCPUsPerWorker: Double(threads))
    }
}
