internal import CLlama
import ShotlistCore

/// A loaded text model and its vocabulary.
final class LlamaModel {
    /// llama.cpp's model, valid as long as this object.
    let pointer: OpaquePointer
    private let vocabulary: OpaquePointer

    /// Loads the weights; seconds to minutes for a large model.
    ///
    /// - Throws: `CancellationError` when `abort` was set meanwhile; ``ShotlistError`` (`model_invalid`,
    ///   `unknown_device`).
    init(options: some ModelOptions, abort: AbortFlag) throws {
        _ = LlamaLog.installed
        var parameters = llama_model_default_params()
        parameters.progress_callback = { _, flag in flag.map { !AbortFlag.from($0).isSet } ?? true }
        parameters.progress_callback_user_data = abort.pointer
        var devices: [ggml_backend_dev_t?] = []
        if let name = options.device {
            let device = try LlamaDevice.named(name)
            // A list with no device in it means the CPU, which llama.cpp always uses as well.
            devices = ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU ? [nil] : [device, nil]
        }
        // Weights that are laid out anew for the processor are copied. A mapping of the file would stay beside the copy
        // and double what the process holds; other weights are used where the mapping has them, and a mapping is shared.
        if try GGUFFile(path: options.modelPath, role: "text model").isRearranged {
            parameters.load_mode = LLAMA_LOAD_MODE_NONE
        }
        if let layers = options.gpuLayers { parameters.n_gpu_layers = Int32(clamping: layers) }
        LlamaLog.forget()
        let loaded = devices.withUnsafeMutableBufferPointer { list in
            if !list.isEmpty { parameters.devices = list.baseAddress }
            return llama_model_load_from_file(options.modelPath, parameters)
        }
        guard let loaded, let vocabulary = llama_model_get_vocab(loaded) else {
            if abort.isSet { throw CancellationError() }
            throw ShotlistError(
                .modelInvalid, "The text model '\(options.modelPath)' cannot be loaded: \(LlamaLog.complaint).",
                remedy: "Copy or convert the file again; if it is whole, there may be too little memory for it.")
        }
        pointer = loaded
        self.vocabulary = vocabulary
    }

    deinit { llama_model_free(pointer) }

    /// Tokens of prompt and answer that the model was trained for.
    var contextLength: Int { Int(llama_model_n_ctx_train(pointer)) }
    /// Width of an embedding.
    var embeddingWidth: Int { Int(llama_model_n_embd_inp(pointer)) }
    /// Numbers in the weights.
    var parameterCount: Int { Int(clamping: llama_model_n_params(pointer)) }
    /// Size of the vocabulary.
    var vocabularySize: Int { Int(llama_vocab_n_tokens(vocabulary)) }
    /// The scale of positions that the model was trained with, 1 for nearly all.
    var trainedPositionScale: Float { llama_model_rope_freq_scale_train(pointer) }

    /// Whether a token ends an answer.
    func isEnd(_ token: Int32) -> Bool {
        llama_vocab_is_eog(vocabulary, token)
    }

    /// The tokens of a text.
    ///
    /// - Parameter special: whether `<|im_end|>` and its like in the text mean their tokens; false for a user's words.
    func tokens(of text: String, special: Bool) throws -> [Int32] {
        let bytes = text.utf8.map { CChar(bitPattern: $0) }
        var tokens = [Int32](repeating: 0, count: bytes.count + 8)
        let count = llama_tokenize(
            vocabulary, bytes, Int32(bytes.count), &tokens, Int32(tokens.count), false, special)
        try LlamaCall.tokenize.check(min(count, 0))
        return Array(tokens.prefix(Int(count)))
    }

    /// Checks that each of `names` is one token of the vocabulary.
    ///
    /// - Throws: ``ShotlistError`` (`model_mismatch`) that names the family and the file.
    func checkTokens(_ names: some Sequence<String>, family: String, path: String) throws {
        for name in names {
            guard try tokens(of: name, special: true).count == 1 else {
                throw ShotlistError(
                    .modelMismatch, "The text model '\(path)' has no token '\(name)' in its vocabulary.",
                    remedy: "Give a \(family) model that was converted with its own tokenizer.")
            }
        }
    }

    /// The tokens of text that is nothing but text.
    ///
    /// llama.cpp leaves special tokens alone then, but not those that a vocabulary lists as words, such as `<think>` in
    /// Qwen3's. They are not found where they are cut.
    ///
    /// - Parameter names: tokens to look for in the text.
    func tokens(ofPlainText text: String, names: some Sequence<String>) throws -> [Int32] {
        let names = try names.filter { try self.tokens(of: $0, special: false).count == 1 }
        var tokens: [Int32] = []
        var rest = text.unicodeScalars[...]
        while let start = names.compactMap({ rest.firstRange(of: $0.unicodeScalars)?.lowerBound }).min() {
            let cut = rest.index(after: start)
            tokens += try self.tokens(of: String(rest[..<cut]), special: false)
            rest = rest[cut...]
        }
        return try tokens + self.tokens(of: String(rest), special: false)
    }

    /// The UTF-8 bytes that a token stands for, which may be part of a character; none for a control token.
    func bytes(of token: Int32) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 64)
        var count = llama_token_to_piece(vocabulary, token, &buffer, Int32(buffer.count), 0, false)
        if count < 0 {
            buffer = [CChar](repeating: 0, count: Int(-count))
            count = llama_token_to_piece(vocabulary, token, &buffer, Int32(buffer.count), 0, false)
        }
        return buffer.prefix(Int(max(count, 0))).map { UInt8(bitPattern: $0) }
    }
}
