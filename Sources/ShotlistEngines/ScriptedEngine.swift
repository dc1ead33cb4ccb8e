import ShotlistCore

/// An engine that answers from a closure: for tests, and to try a pipeline without a model.
public struct ScriptedEngine: CaptionEngine {
    public let identity = EngineIdentity(modelID: "scripted", modelRevision: "1")
    private let answer: @Sendable (CaptionRequest) async throws -> CaptionAnswer

    /// An engine that answers each request with what `answer` returns or throws.
    public init(answer: @escaping @Sendable (CaptionRequest) async throws -> CaptionAnswer) {
        self.answer = answer
    }

    public func caption(_ request: CaptionRequest) async throws -> CaptionAnswer {
        try await answer(request)
    }

    public func shutDown() async {}
}
