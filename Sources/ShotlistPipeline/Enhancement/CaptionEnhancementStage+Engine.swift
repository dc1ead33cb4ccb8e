import ShotlistCore
import ShotlistEngines

/// When the text model is loaded, and when it is not.
extension CaptionEnhancementStage {
    public func setUp(_ context: RunContext) async throws {
        switch placement {
        case .sideBySide: try await runBesideCaptions(context)
        case .afterCaptions: try await comeAfterCaptions(context, because: "as was asked for")
        case .automatic:
            do {
                try await runBesideCaptions(context)
            } catch let error as ShotlistError where error.code == .outOfMemory {
                try await comeAfterCaptions(
                    context, because: "because both do not fit into memory together. \(error.message)")
            }
        }
    }

    public func tearDown() async {
        await unload()
        state.set(nil)
    }

    /// Whether this run's models take turns; known after `setUp`.
    var comesAfterCaptions: Bool { state.value?.comesAfterCaptions ?? false }

    private func runBesideCaptions(_ context: RunContext) async throws {
        let engine = try await makeEngine(settings)
        state.set(
            Running(context: context, engine: engine, comesAfterCaptions: false, identity: engine.identity))
    }

    private func comeAfterCaptions(_ context: RunContext, because reason: String) async throws {
        try await prepare(settingsAlone)
        let identity = try await identify(settingsAlone)
        state.set(Running(context: context, engine: nil, comesAfterCaptions: true, identity: identity))
        let why = reason.hasSuffix(".") ? reason : reason + "."
        context.report(
            .note(
                "Captions are made first and '\(model.name)' enhances them after, up to \(roundSize) at a time, \(why)")
        )
    }

    /// Loads the model, when its turn has come.
    ///
    /// - Throws: what the engine's factory throws.
    func load() async throws {
        guard var running = state.value else { return }
        running.engine = try await makeEngine(settingsAlone)
        state.set(running)
    }

    /// Gives back the model's memory.
    func unload() async {
        guard var running = state.value else { return }
        await running.engine?.shutDown()
        running.engine = nil
        state.set(running)
    }

    private var settingsAlone: TextEngineSettings {
        var settings = settings
        settings.isBesideCaptions = false
        return settings
    }
}
