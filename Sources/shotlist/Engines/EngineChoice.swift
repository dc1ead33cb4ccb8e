import ShotlistCore
import ShotlistEngines
import ShotlistFleet
import ShotlistLlama
import ShotlistModels

/// Which engine runs the model.
enum EngineChoice {
    /// What encoded frames may take when they are kept: some sixty pairs of Qwen2.5-VL-7B's largest frames.
    private static let frameCacheBytes = 512 << 20

    /// The embedded engine for a model: llama.cpp in this process, on as many threads as the model is worth when `threads` is nil.
    ///
    /// Its files are fetched and prepared when the first window waits for them; `terminal` is told. `share` keeps what it
    /// takes of the memory.
    static func embedded(
        _ spec: ModelSpec, _ options: CaptioningOptions, threads: Int?, terminal: Terminal, share: MemoryShare
    ) throws(ShotlistError) -> EngineFactory {
        let weights = try options.weights()
        let (modelPath, projectorPath) = (options.captioningModelPath, options.captioningProjectorPath)
        let (gpuLayers, device, place) = (options.gpuLayers, options.device, options.modelURL)
        return { settings in
            let files =
                if modelPath != nil || projectorPath != nil {
                    try ModelFiles.locate(
                        settings.variant, modelDir: settings.modelDir, modelPath: modelPath,
                        projectorPath: projectorPath)
                } else {
                    try await EmbeddedModels.files(
                        of: spec, weights: settings.fp8 && weights == .auto ? .eightBits : weights,
                        modelDir: settings.modelDir, from: place,
                        threads: threads, terminal: terminal)
                }
            share.take(
                files, for: settings, cacheBytes: settings.usesMMCache ? frameCacheBytes : 0, onGPU: gpuLayers != 0)
            var options = try LlamaOptions(
                modelPath: files.text, projectorPath: files.visionProjector(), modelID: files.modelID,
                modelRevision: files.revision, modelPrecision: files.precision?.rawValue, threads: threads,
                gpuLayers: gpuLayers < 0 ? nil : gpuLayers, device: device,
                frameSizing: settings.variant.frameSizing, batchSize: settings.captionBatchSize,
                frameCacheBytes: settings.usesMMCache ? frameCacheBytes : 0)
            options.furtherQuestions = settings.furtherQuestions
            return try await LlamaEngine.load(options) { terminal.say($0) }
        }
    }

    /// Servers that run the model.
    static func fleet(_ spec: ModelSpec, _ options: FleetOptions, terminal: Terminal) -> EngineFactory {
        { settings in
            OpenFiles.allowMany()
            return try await FleetEngine.connect(
                options, variant: settings.variant, knownNames: spec.servedNames,
                maxOutputTokens: settings.maxOutputTokens
            ) { terminal.say($0) }
        }
    }

    /// A vLLM server that is started on this machine, asked as any other is, and stopped.
    static func ownServer(
        _ spec: ModelSpec, _ endpoints: EndpointOptions, terminal: Terminal
    ) throws(ShotlistError) -> EngineFactory {
        let options = try endpoints.fleet()
        guard options.media != .images else {
            throw ShotlistError(
                .invalidArgument,
                "vLLM that is started here is shown videos, and --endpoint-media asks to send images.",
                remedy: "Leave --endpoint-media out.")
        }
        var general = try VLLMCommand(serving: spec)
        general.program = endpoints.vllmProgram ?? "vllm"
        general.mediaFolder = options.media == .file ? options.mediaFolder : nil
        general.further = endpoints.vllmArguments
        return { [general] settings in
            OpenFiles.allowMany()
            var command = general
            if case .qwenVL = command.family { command.family = .qwenVL(settings.variant.frameSizing) }
            if settings.fp8, !command.askForFP8() {
                terminal.say("'\(spec.name)' is published in few bits already, and stays as it is.")
            }
            command.usesMMCache = settings.usesMMCache
            return try await OwnServerEngine.start(
                command, options: options, variant: settings.variant, maxOutputTokens: settings.maxOutputTokens
            ) { terminal.say($0) }
        }
    }

    /// Servers that run the text model.
    static func textFleet(_ spec: ModelSpec, _ options: FleetOptions, terminal: Terminal) -> TextEngineFactory {
        { settings in
            OpenFiles.allowMany()
            return try await FleetTextEngine.connect(
                options, knownNames: spec.servedNames, maxOutputTokens: settings.maxOutputTokens
            ) { terminal.say($0) }
        }
    }
}

extension ModelSpec {
    /// The names under which a server may have the model: its own, and its repository's.
    fileprivate var servedNames: [String] {
        var names = [name] + aliases
        if case .hub(let repository, _) = source { names.append(repository.id) }
        return names
    }
}
