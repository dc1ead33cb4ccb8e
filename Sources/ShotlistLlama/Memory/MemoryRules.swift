import ShotlistCore

/// How much memory the parts of a model take, by its shape.
enum MemoryRules {
    /// Tokens that llama.cpp works on at once (`n_ubatch` of ``LlamaContext``).
    static let batch = 512
    /// Vocabulary of most models.
    static let usualVocabulary = 152_064
    /// What a model of 7 to 14 billion parameters works in.
    static let usualCompute = 170 << 20
    /// What its vision tower works in for the largest frame of the usual limits.
    static let usualVision = 350 << 20

    /// Keys and values in 16 bits; llama.cpp rounds each sequence's context up to 256 tokens.
    static func cache(_ shape: TextShape, tokens: Int, sequences: Int) -> Int {
        Amount.product(Amount.sum(shape.cached), 2, (tokens + 255) / 256 * 256, sequences)
    }

    /// States in 32 bits.
    static func recurrentState(_ shape: TextShape, sequences: Int) -> Int {
        Amount.product(shape.recurrentLayers, shape.state, 4, sequences)
    }

    /// What llama.cpp's graph of a batch holds at its widest point, in 32 bits, with flash attention, which it has on the
    /// CPU: three rows of a gated feed-forward network (two of one without a gate) and four of the embedding's width, or
    /// two of what goes into a Mamba layer and six of the embedding's width. Beside it a mask of the batch against the
    /// context in 16 bits, a row of the batch in 8 bits, quantised for the product with the weights, and one of logits for
    /// each sequence.
    ///
    /// For batches of 512 of Qwen2.5 of 7 and 14 billion parameters the graph's buffer is exactly this, for Nemotron
    /// Nano 12B v2 0.5 % less; ``MemoryNeed`` is tested against the buffers of small models.
    static func compute(_ shape: TextShape, tokens: Int, sequences: Int) -> Int {
        let batch = min(batch, tokens)
        let network = (shape.isGated ? 3 : 2) * shape.feedForward + 4 * shape.width
        let recurrent = shape.recurrentWidth == 0 ? 0 : 2 * shape.recurrentWidth + 6 * shape.width
        let quantised = max(shape.feedForward, shape.width) * 9 / 8
        let row = Amount.sum([Amount.product(max(network, recurrent), 4), tokens * 2, quantised])
        return Amount.sum([Amount.product(batch, row), Amount.product(shape.vocabulary, 4, sequences)])
    }

    /// Activations of all patches in 32 bits: two of the feed-forward network and eight of the embedding's width; the
    /// mask of windows in 32 and in 16 bits; the pixels of two frames and the embeddings.
    static func vision(_ shape: VisionShape, frame: PixelSize) -> Int {
        let patches = shape.patches(of: frame)
        let activations = Amount.product(patches, 2 * shape.feedForward + 8 * shape.width, 4)
        let mask = shape.hasWindows ? Amount.product(patches, patches, 6) : 0
        let pixels = Amount.product(patches, shape.patch, shape.patch, 3 * 4 * 2)
        let tokens = patches / max(1, Amount.product(shape.merge, shape.merge))
        return Amount.sum([activations, mask, pixels, Amount.product(tokens, shape.projected, 4 * 2)])
    }

    /// Embeddings in 32 bits of three windows that are frames from beginning to end: of the two that may be encoded ahead
    /// of a place in the batch, and of the one that is being read.
    static func embeddings(_ shape: VisionShape, tokens: Int) -> Int {
        Amount.product(3, tokens, shape.projected, 4)
    }

    /// The program with its libraries and the frames on their way, and about 400 bytes for each entry of the vocabulary.
    static func program(vocabulary: Int) -> Int {
        (64 << 20) + vocabulary * 400
    }
}
