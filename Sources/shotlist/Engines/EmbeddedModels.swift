import Foundation
import ShotlistCore
import ShotlistLlama
import ShotlistModels

/// The way from a model's name to files that the embedded engine loads, with this program's parts.
enum EmbeddedModels {
    /// The files of a model, fetched and prepared where that is still to be done.
    ///
    /// - Parameters:
    ///   - place: where what is missing comes from; nil for what the environment says.
    ///   - availableMemory: bytes among which weights are chosen.
    static func files(
        of spec: ModelSpec, weights: WeightRequest, modelDir: String, from place: String?, threads: Int?,
        terminal: Terminal,
        availableMemory: @escaping @Sendable () -> Int = { MachineMemory.current?.available ?? .max }
    ) async throws -> ModelFiles {
        let need: WeightChooser.MemoryNeed = { spec, precision in
            MemoryNeed.estimate(
                parameters: spec.parameters.text, bits: precision.bits, projectorParameters: spec.parameters.vision
            ).total
        }
        let report = PreparationReport(terminal: terminal, model: spec.name)
        let download = DownloadReport(terminal: terminal)
        defer { report.end() }
        let store = ModelStore(
            folder: modelDir, settings: try HubSettings(modelsFrom: place),
            onEvent: { download.take($0) })
        let quantizer = GGUFQuantizer(threads: threads)
        let provider = ModelProvider(
            modelDir: modelDir, source: HubCheckpoints(store: store),
            chooser: WeightChooser(availableMemory: availableMemory, memoryNeed: need),
            quantize: { source, destination, precision, onProgress in
                guard let precision = GGUFQuantizer.Precision(rawValue: precision.rawValue) else {
                    throw ShotlistError(
                        .internalFailure, "A model cannot be quantised to \(precision.rawValue).",
                        remedy: "Use q8_0 or q4_k_m.")
                }
                try await quantizer.quantize(source, to: destination, as: precision, onProgress: onProgress)
            },
            onEvent: { report.take($0) })
        return try await provider.files(of: spec, weights: weights)
    }
}
