import ShotlistCore

/// The sizes of a text model that say how much memory it works in.
struct TextShape: Sendable, Hashable {
    /// Numbers that each layer keeps of a token: its keys and its values, 0 for a layer without attention.
    var cached: [Int]
    /// Layers that keep a state instead.
    var recurrentLayers: Int
    /// Numbers that such a layer keeps for a sequence.
    var state: Int
    /// Width of an embedding.
    var width: Int
    /// Width of the feed-forward network.
    var feedForward: Int
    /// Whether that network has a gate, so that three of its width are alive at once, and not two.
    var isGated: Bool
    /// Width of what goes into a recurrent layer, 0 when there is none.
    var recurrentWidth: Int
    /// Size of the vocabulary.
    var vocabulary: Int
    /// Tokens that it was trained for.
    var contextLength: Int

    /// llama.cpp itself takes 512 (`LLAMA_MAX_LAYERS`); a list of as many as a damaged header may name would fill the memory.
    private static let mostLayers = 4096

    /// Reads them from the header of a GGUF file, by the keys of llama.cpp's `llama-arch.cpp`.
    ///
    /// - Throws: ``ShotlistError`` (`model_invalid`) when the header lacks one.
    init(_ file: GGUFFile) throws(ShotlistError) {
        let prefix = file.text("general.architecture") ?? ""
        func number(_ key: String) throws(ShotlistError) -> Int {
            if let number = file.number("\(prefix).\(key)") { return number }
            throw ShotlistError(
                .modelInvalid, "The text model '\(file.path)' does not say its \(key).",
                remedy: "Give a file made by llama.cpp's converter.")
        }
        let layers = try number("block_count")
        guard layers <= Self.mostLayers else {
            throw ShotlistError(
                .modelInvalid, "The text model '\(file.path)' says that it has \(layers) layers, which none has.",
                remedy: "Give a file made by llama.cpp's converter.")
        }
        width = try number("embedding_length")
        contextLength = try number("context_length")
        let heads = file.numbers("\(prefix).attention.head_count", count: layers)?.max() ?? 1
        let keyHeads =
            file.numbers("\(prefix).attention.head_count_kv", count: layers)
            ?? Array(repeating: heads, count: layers)
        let headWidth = width / max(heads, 1)
        let keyWidth = file.number("\(prefix).attention.key_length") ?? headWidth
        let valueWidth = file.number("\(prefix).attention.value_length") ?? headWidth
        cached = keyHeads.prefix(layers).map { Amount.product($0, keyWidth + valueWidth) }
        let networks =
            file.numbers("\(prefix).feed_forward_length", count: layers) ?? Array(repeating: 0, count: layers)
        vocabulary = max(file.length("tokenizer.ggml.tokens"), file.number("\(prefix).vocab_size") ?? 0)

        let inner = file.number("\(prefix).ssm.inner_size") ?? 0
        let kept = file.number("\(prefix).ssm.state_size") ?? 0
        let groups = file.number("\(prefix).ssm.group_count") ?? 0
        let kernel = file.number("\(prefix).ssm.conv_kernel") ?? 0
        let convolved = Amount.sum([inner, Amount.product(2, groups, kept)])
        state = Amount.sum([Amount.product(kernel - 1, convolved), Amount.product(kept, inner)])
        recurrentLayers = inner == 0 ? 0 : (0..<layers).count { keyHeads[$0] == 0 && networks[$0] == 0 }
        let rank = file.number("\(prefix).ssm.time_step_rank") ?? 0
        recurrentWidth = Amount.sum([2 * inner, Amount.product(2, groups, kept), rank])
        feedForward = networks.max() ?? 0
        isGated = file.hasTensor(endingWith: ".ffn_gate.weight")
    }
}
