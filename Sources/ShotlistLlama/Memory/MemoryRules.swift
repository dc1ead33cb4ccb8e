import ShotlistCore

/// How much memory the parts of a model take, by its shape.
enum MemoryRules {
    /// Tokens that llama.cpp works on at once (`n_ubatch` of ``LlamaContext``).
    static let batch = 512
    /// Vocabulary of most models.
    static let usualVocabulary = 152_064
    /// What a model of 7 to 14 billion parameters works in.
    static let usualCompute = 320 << 20
    /// What its vision tower works in for the largest frame of the usual limits.
    static let usualVision = 400 << 20

    /// Keys and values in 16 bits; llama.cpp rounds a context up to 256 tokens.
    static func cache(_ shape: TextShape, tokens: Int) -> Int {
        shape.cached.reduce(0, +) * 2 * ((tokens + 255) / 256 * 256)
    }

    /// States in 32 bits.
    static func recurrentState(_ shape: TextShape, sequences: Int) -> Int {
        shape.recurrentLayers * shape.state * 4 * sequences
    }

    /// Activations of a batch in 32 bits: two of the widest layer and six of the embedding's width are alive at once;
    /// a mask of the batch against the context, in 32 and in 16 bits; one row of logits.
    static func compute(_ shape: TextShape, tokens: Int) -> Int {
        let batch = min(batch, tokens)
        return batch * (2 * shape.widest + 6 * shape.width) * 4 + batch * tokens * 6 + shape.vocabulary * 4
    }

    /// Activations of all patches in 32 bits: two of the feed-forward network and eight of the embedding's width; the
    /// mask of windows in 32 and in 16 bits; the pixels of two frames and the embeddings.
    static func vision(_ shape: VisionShape, frame: PixelSize) -> Int {
        let patches = shape.patches(of: frame)
        let activations = patches * (2 * shape.feedForward + 8 * shape.width) * 4
        let mask = shape.hasWindows ? patches * patches * 6 : 0
        let pixels = patches * shape.patch * shape.patch * 3 * 4 * 2
        return activations + mask + pixels + patches / (shape.merge * shape.merge) * shape.projected * 4 * 2
    }

    /// The program with its libraries, and about 300 bytes for each entry of the vocabulary.
    static func program(vocabulary: Int) -> Int {
        (100 << 20) + vocabulary * 300
    }
}
