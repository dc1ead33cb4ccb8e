import ShotlistCore

/// A text engine that answers from a closure: for tests, and to try a pipeline without a model.
public struct ScriptedTextEngine: TextEngine {
    public let identity = EngineIdentity(modelID: "scripted-text", modelRevision: "1")
    private let answer: @Sendable (TextRequest) async throws -> TextAnswer
    private let onShutDown: @Sendable () async -> Void

    /// An engine that answers each request with what `answer` returns or throws.
    ///
    /// - Parameter onShutDown: called when the engine is shut down.
    public init(
        onShutDown: @escaping @Sendable () async -> Void = {},
        answer: @escaping @Sendable (TextRequest) async throws -> TextAnswer
    ) {
        self.answer = answer
        self.onShutDown = onShutDown
    }

    public func answer(_ request: TextRequest) async throws -> TextAnswer {
        try await answer(request)
    }

    public func shutDown() async {
        await onShutDown()
    }
}
