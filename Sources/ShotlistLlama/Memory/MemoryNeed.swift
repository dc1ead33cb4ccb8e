import ShotlistCore

/// The memory that a model needs to caption windows on the CPU, in bytes, part by part.
///
/// Weights and caches follow from the files' headers; what a step of the model works in is a formula whose factors were
/// measured against llama.cpp's own buffers, and docs/models.md compares the total with real runs.
public struct MemoryNeed: Sendable, Hashable {
    /// Weights of the text model: the bytes of its tensors.
    public var textWeights = 0
    /// Weights of the projector, 0 without one.
    public var projectorWeights = 0
    /// Keys and values of all tokens of the context.
    public var cache = 0
    /// States of recurrent layers.
    public var recurrentState = 0
    /// Copies of these states: at the end of what all prompts begin with, and at the end of each video that more than one
    /// question is asked about.
    public var snapshots = 0
    /// What the text model works in for one batch of tokens.
    public var compute = 0
    /// What the vision tower works in for one frame, or one pair of them.
    public var vision = 0
    /// Embeddings of frames that wait for the text model: of two windows ahead and the one that it reads.
    public var embeddings = 0
    /// The vocabulary and the program around the model.
    public var program = 0

    /// All parts together.
    public var total: Int {
        textWeights + projectorWeights + cache + recurrentState + snapshots + compute + vision + embeddings + program
    }

    /// The need of two files.
    ///
    /// - Parameters:
    ///   - text: the text model, a GGUF file.
    ///   - projector: its projector, a GGUF file; nil for text alone.
    ///   - contextTokens: tokens of prompt and answer that one sequence holds, at least 1; more than the model was
    ///     trained for counts as what it was trained for.
    ///   - sequences: sequences that are answered at once, each with such a context, at least 1.
    ///   - largestFrame: the largest frame at the size that the model sees; nil leaves out what the vision tower works in.
    /// - Throws: ``ShotlistError`` (`model_missing`, `model_invalid`).
    public static func of(
        text: String, projector: String?, contextTokens: Int, sequences: Int = 1, largestFrame: PixelSize? = nil
    ) throws(ShotlistError) -> MemoryNeed {
        try ModelShapes(text: text, projector: projector).need(
            contextTokens: contextTokens, sequences: sequences, largestFrame: largestFrame)
    }

    /// The need of a model of which there is no file yet.
    ///
    /// - Parameters:
    ///   - parameters: numbers in the text model.
    ///   - bits: bits for each of them, scales included: 16, 8.5 for Q8_0, about 4.9 for Q4_K_M.
    ///   - projectorParameters: numbers in the vision tower and the projector, kept in 16 bits.
    ///   - contextTokens: tokens of prompt and answer.
    ///   - cacheBytesPerToken: bytes of keys and values of one token. Left out it is 192 KiB, the most among the models
    ///     of the registry (Qwen2.5-14B: 48 layers, 8 heads of 128, twice, 16 bits).
    public static func estimate(
        parameters: Int, bits: Double, projectorParameters: Int = 0, contextTokens: Int = 8192,
        cacheBytesPerToken: Int = 192 << 10
    ) -> MemoryNeed {
        var need = MemoryNeed()
        need.textWeights = Int(Double(parameters) * bits / 8)
        need.projectorWeights = projectorParameters * 2
        need.cache = contextTokens * cacheBytesPerToken
        need.compute = MemoryRules.usualCompute
        need.vision = projectorParameters > 0 ? MemoryRules.usualVision : 0
        need.program = MemoryRules.program(vocabulary: MemoryRules.usualVocabulary)
        return need
    }
}
