import ShotlistCore

/// A window that an engine has been shown (``CaptionEngine/withWindow(_:asksAgain:_:)``), one question at a time.
public protocol OpenWindow: Sendable {
    /// The answer to a question about the window. Its text may be empty: an engine that can count what such an answer
    /// cost gives it to the caller to judge.
    ///
    /// - Throws: ``ShotlistError`` (`context_too_short`, `engine_failed`, `empty`); `CancellationError`.
    func answer(_ question: CaptionQuestion) async throws -> CaptionAnswer
}

/// A question about a window that an engine has been shown.
public struct CaptionQuestion: Sendable, Hashable {
    /// What is asked.
    public let prompt: Prompt
    /// How to pick tokens.
    public let sampling: SamplingParameters
    /// The most tokens to answer with, at least 1.
    public let maxOutputTokens: Int

    /// Makes a question.
    public init(prompt: Prompt, sampling: SamplingParameters, maxOutputTokens: Int) {
        self.prompt = prompt
        self.sampling = sampling
        self.maxOutputTokens = maxOutputTokens
    }
}

/// What an engine did beside answering, for the summary of a run.
public struct EngineStatistics: Sendable, Hashable {
    /// Blocks of frames (pairs, or single ones) that the vision tower encoded.
    public var encodedBlocks: Int
    /// Blocks whose pixels were those of an earlier one, and that were taken from the cache.
    public var reusedBlocks: Int

    /// What each server did, where servers answer.
    public var servers: [ServerStatistics]

    /// Makes counts.
    public init(encodedBlocks: Int = 0, reusedBlocks: Int = 0, servers: [ServerStatistics] = []) {
        self.encodedBlocks = encodedBlocks
        self.reusedBlocks = reusedBlocks
        self.servers = servers
    }
}

/// A window for an engine that keeps nothing between two questions.
struct ReshownWindow<Engine: CaptionEngine>: OpenWindow {
    let engine: Engine
    let input: WindowInput

    func answer(_ question: CaptionQuestion) async throws -> CaptionAnswer {
        try await engine.caption(
            CaptionRequest(
                input: input.asking(question.prompt), sampling: question.sampling,
                maxOutputTokens: question.maxOutputTokens))
    }
}
