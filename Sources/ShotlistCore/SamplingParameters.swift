/// How an engine picks the next token.
public struct SamplingParameters: Sendable, Hashable, Codable {
    /// 0 takes the likeliest token always.
    public var temperature: Double
    /// The share of probability that is drawn from, 0...1.
    public var topP: Double
    /// Tokens already in the prompt or the answer have their logits divided (or, below 0, multiplied) by this.
    public var repetitionPenalty: Double
    /// The seed of the draw.
    public var seed: UInt32
    /// Words that end the answer and are not part of it, beside the tokens by which the model itself ends one.
    public var stops: [String]

    /// Makes sampling parameters.
    public init(
        temperature: Double, topP: Double, repetitionPenalty: Double, seed: UInt32 = 0, stops: [String] = []
    ) {
        self.temperature = temperature
        self.topP = topP
        self.repetitionPenalty = repetitionPenalty
        self.seed = seed
        self.stops = stops
    }

    /// What NeMo Curator asks of Qwen2.5-VL.
    public static let qwen = SamplingParameters(temperature: 0.1, topP: 0.001, repetitionPenalty: 1.05)
    /// What NeMo Curator asks of Nemotron Nano 12B v2 VL.
    public static let nemotron = SamplingParameters(
        temperature: 0.6, topP: 0.95, repetitionPenalty: 1,
        stops: ["</s>", "<|endoftext|>", "<SPECIAL_12>", "</think>"])
    /// The likeliest token, without a penalty.
    public static let greedy = SamplingParameters(temperature: 0, topP: 1, repetitionPenalty: 1)
}
