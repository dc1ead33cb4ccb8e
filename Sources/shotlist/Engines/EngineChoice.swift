import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import ShotlistModels

/// Which engine runs the model.
enum EngineChoice {
    /// The embedded engine: llama.cpp in this process, on as many threads as the model is worth when `threads` is nil.
    static func embedded(_ options: CaptioningOptions, threads: Int?) -> EngineFactory {
        let (modelPath, projectorPath) = (options.captioningModelPath, options.captioningProjectorPath)
        let (gpuLayers, device) = (options.gpuLayers, options.device)
        return { settings in
            let files = try ModelFiles.locate(
                settings.variant, modelDir: settings.modelDir, modelPath: modelPath, projectorPath: projectorPath)
            return try await LlamaEngine.load(
                LlamaOptions(
                    modelPath: files.text, projectorPath: files.projector, modelID: files.modelID, threads: threads,
                    gpuLayers: gpuLayers < 0 ? nil : gpuLayers, device: device,
                    frameSizing: settings.variant.frameSizing))
        }
    }
}
