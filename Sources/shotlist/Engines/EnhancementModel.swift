import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import ShotlistModels
import Synchronization

/// The text model of a run: its files, found once, and its engine, loaded whenever its turn comes.
final class EnhancementModel: Sendable {
    /// All that is known of the model.
    let spec: ModelSpec
    private let path: String?
    private let weights: WeightRequest
    private let gpuLayers: Int?
    private let device: String?
    private let place: String?
    private let threads: Int?
    private let share: MemoryShare
    private let terminal: Terminal
    private let found = Mutex<ModelFiles?>(nil)

    /// - Parameters:
    ///   - path: a GGUF file to use in the model's place.
    ///   - captioning: says which device models run on.
    ///   - share: what the model that captions takes of the memory.
    init(
        _ spec: ModelSpec, path: String?, weights: WeightRequest, _ captioning: CaptioningOptions, threads: Int?,
        share: MemoryShare, terminal: Terminal
    ) {
        self.spec = spec
        self.path = path
        self.weights = weights
        gpuLayers = captioning.gpuLayers < 0 ? nil : captioning.gpuLayers
        device = captioning.device
        place = captioning.modelURL
        self.threads = threads
        self.share = share
        self.terminal = terminal
    }

    /// The model's files, fetched and prepared where that is still to be done.
    func files(for settings: TextEngineSettings) async throws -> ModelFiles {
        if let known = found.withLock(\.self) { return known }
        let files: ModelFiles
        if let path {
            // Whatever is no model is told before any window; it may be hours until the model is loaded.
            try TextModelFile.check(path: path)
            files = ModelFiles(text: path, projector: nil, modelID: nil)
        } else {
            files = try await EmbeddedModels.files(
                of: spec, weights: settings.fp8 && weights == .auto ? .eightBits : weights,
                modelDir: settings.modelDir, from: place, threads: threads, terminal: terminal,
                availableMemory: { [share] in settings.isBesideCaptions ? share.left : share.whole })
        }
        found.withLock { $0 = files }
        return files
    }

    /// Who will answer, told from the files.
    func identity(for settings: TextEngineSettings) async throws -> EngineIdentity {
        let files = try await files(for: settings)
        return try LlamaTextOptions(
            modelPath: files.text, modelID: files.modelID, modelRevision: files.revision,
            modelPrecision: files.precision?.rawValue
        ).engineIdentity()
    }

    /// Loads the model: beside the one that captions only when both fit, and then with as large a batch as leaves the
    /// other its room.
    func load(for settings: TextEngineSettings) async throws -> any TextEngine {
        let files = try await files(for: settings)
        let batchSize = settings.isBesideCaptions ? try batchBesideCaptions(files, settings) : settings.batchSize
        return try await LlamaTextEngine.load(
            LlamaTextOptions(
                modelPath: files.text, modelID: files.modelID, modelRevision: files.revision,
                modelPrecision: files.precision?.rawValue, threads: threads, gpuLayers: gpuLayers, device: device,
                batchSize: batchSize)
        ) { [terminal] in terminal.say($0) }
    }

    /// Captions that must find room at once for the model to run beside the other.
    private static let leastBatch = 8

    private func batchBesideCaptions(_ files: ModelFiles, _ settings: TextEngineSettings) throws(ShotlistError) -> Int {
        let left = share.left
        func need(_ batchSize: Int) throws(ShotlistError) -> Int {
            // A caption is about as long as what is made of it, and the prompts are short beside them.
            try MemoryNeed.of(
                text: files.text, projector: nil, contextTokens: 256 + 2 * settings.maxOutputTokens,
                sequences: batchSize
            ).total
        }
        let least = min(settings.batchSize, Self.leastBatch)
        let leastNeed = try need(least)
        guard leastNeed <= left else {
            // Alone the model may be had with better weights.
            found.withLock { $0 = nil }
            throw ShotlistError(
                .outOfMemory,
                "The model '\(spec.name)' needs \(megabytes(leastNeed)), and the one that captions leaves "
                    + "\(megabytes(left)).",
                remedy: "Let it come after: --enhance-captions-placement after.")
        }
        // The need grows evenly from one sequence to the next, so that the rest says how many more find room.
        let more = max(1, try need(least + 1) - leastNeed)
        let batchSize = min(settings.batchSize, least + (left - leastNeed) / more)
        if batchSize < settings.batchSize {
            terminal.say(
                "'\(spec.name)' enhances up to \(batchSize) captions at once and not \(settings.batchSize): the model "
                    + "that captions leaves \(megabytes(left)).")
        }
        return batchSize
    }

    private func megabytes(_ bytes: Int) -> String { "\((bytes + 500_000) / 1_000_000) MB" }
}
