import ShotlistCore
import ShotlistLedger

/// What the tests' runs are asked for, and what comes of it.
enum Sample {
    static func captions(prompt: String = "What?") -> CaptionWork {
        CaptionWork(
            variant: "qwen", model: ModelWork(id: "demo", revision: "1", precision: "q8_0"), prompt: prompt,
            sampling: .greedy, maxOutputTokens: 64, samplingFPS: 2,
            frameSizing: .stretched(PixelSize(width: 512, height: 512)))
    }

    /// The keys of a run that is asked for everything.
    static func keys(prompt: String = "What?", height: Int = 240, windowSize: Int = 256) throws -> RunKeys {
        try RunKeys(
            RunWork(
                plan: PlanWork(
                    splitting: "fixed_stride", clipLength: 10, clipStride: 10, windowSize: windowSize,
                    remainderThreshold: 32),
                captions: captions(prompt: prompt),
                previews: PreviewWork(targetFPS: 1, targetHeight: height, compressionLevel: 6, quality: 50),
                clipFiles: ClipFileWork(encoder: "copy")))
    }
}
