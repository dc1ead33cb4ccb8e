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

/// What one server did in a run.
public struct ServerStatistics: Sendable, Hashable, Codable {
    /// Its address.
    public var server: String
    /// Requests that it answered, or refused for what they asked.
    public var requests: Int
    /// Requests that failed on it: broken, out of time, or turned away. Each was asked again, on it or on another.
    public var errors: Int
    /// Tokens of prompts, as it counts them.
    public var promptTokens: Int
    /// Tokens of answers, as it counts them.
    public var outputTokens: Int
    /// Seconds that half of its answers did not exceed; nil when it gave none.
    public var medianSeconds: Double?
    /// Seconds that 95 of 100 did not exceed.
    public var p95Seconds: Double?
    /// Seconds that 99 of 100 did not exceed.
    public var p99Seconds: Double?

    /// Makes counts.
    public init(
        server: String, requests: Int, errors: Int, promptTokens: Int, outputTokens: Int, medianSeconds: Double?,
        p95Seconds: Double?, p99Seconds: Double?
    ) {
        self.server = server
        self.requests = requests
        self.errors = errors
        self.promptTokens = promptTokens
        self.outputTokens = outputTokens
        self.medianSeconds = medianSeconds
        self.p95Seconds = p95Seconds
        self.p99Seconds = p99Seconds
    }

    private enum CodingKeys: String, CodingKey {
        case server, requests, errors
        case promptTokens = "prompt_tokens"
        case outputTokens = "output_tokens"
        case medianSeconds = "median_seconds"
        case p95Seconds = "p95_seconds"
        case p99Seconds = "p99_seconds"
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
