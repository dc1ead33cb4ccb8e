internal import CLlama
import ShotlistCore

/// The memory of a model for several sequences: tokens or embeddings go in, logits come out.
///
/// Each sequence has a part of its own (no unified cache), so that one costs the others nothing. What goes in is
/// collected and run together; all of one run is of one kind, tokens or embeddings, as llama.cpp demands.
final class LlamaContext {
    /// The most rows of one run.
    static let batchRows = 512
    /// The most tokens that a sequence holds.
    let capacity: Int
    /// How many sequences there are, numbered from 0.
    let sequences: Int
    /// The model whose memory it is.
    let model: LlamaModel
    let positions: PositionScheme
    let pointer: OpaquePointer
    private let batch: OpaquePointer
    private var batched = 0

    /// Reserves memory for `capacity` tokens of each sequence, or a few more.
    ///
    /// - Parameter sumsIn16Bits: lets llama.cpp use flash attention, which on the CPU adds up values in 16 bits.
    /// - Throws: ``ShotlistError`` (`engine_failed`) when there is too little memory.
    init(
        model: LlamaModel, positions: PositionScheme, capacity: Int, sequences: Int = 1, threads: Int,
        sumsIn16Bits: Bool = true
    ) throws(ShotlistError) {
        var parameters = llama_context_default_params()
        parameters.n_ctx = UInt32(capacity * sequences)
        parameters.n_seq_max = UInt32(sequences)
        parameters.kv_unified = false
        parameters.n_batch = UInt32(Self.batchRows)
        parameters.n_ubatch = UInt32(Self.batchRows)
        parameters.n_outputs_max = UInt32(sequences)
        parameters.n_threads = Int32(threads)
        parameters.n_threads_batch = Int32(threads)
        if positions.unit > 1 {
            parameters.rope_scaling_type = LLAMA_ROPE_SCALING_TYPE_LINEAR
            parameters.rope_freq_scale = model.trainedPositionScale / Float(positions.unit)
        }
        parameters.no_perf = true
        if !sumsIn16Bits { parameters.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED }
        LlamaLog.forget()
        guard let pointer = llama_init_from_model(model.pointer, parameters) else {
            throw ShotlistError(
                .engineFailed,
                "There is no memory for \(sequences) sequences of \(capacity) tokens: \(LlamaLog.complaint).",
                remedy: "Show the model fewer or smaller frames, lower --captioning-batch-size, or use a smaller model."
            )
        }
        self.model = model
        self.positions = positions
        self.pointer = pointer
        self.sequences = sequences
        self.capacity = Int(llama_n_ctx(pointer)) / sequences
        batch = llama_batch_ext_init(pointer)
    }

    deinit {
        llama_batch_ext_free(batch)
        llama_free(pointer)
    }

    /// Adds a token of text.
    ///
    /// - Parameter wantsLogits: whether what comes after it is asked for.
    /// - Returns: its row, for ``logits(ofRow:)``.
    func add(_ token: Int32, at position: TokenPosition, to sequence: Int, wantsLogits: Bool) throws -> Int {
        try place(llama_batch_ext_add_token(batch, llama_seq_id(sequence), token), position, wantsLogits)
    }

    /// Adds a token by its embedding, `embeddingWidth` numbers, which are copied.
    ///
    /// - Parameter wantsLogits: whether what comes after it is asked for.
    /// - Returns: its row, for ``logits(ofRow:)``.
    func add(
        _ embedding: UnsafeBufferPointer<Float>, at position: TokenPosition, to sequence: Int, wantsLogits: Bool
    ) throws -> Int {
        let row = llama_embd(data: embedding.baseAddress, n_rows: 1, n_embd: embedding.count)
        return try place(llama_batch_ext_add_embd(batch, llama_seq_id(sequence), row), position, wantsLogits)
    }

    /// Forgets what was collected.
    func discard() {
        llama_batch_ext_clear(batch)
        batched = 0
    }

    /// Runs what was collected.
    ///
    /// - Throws: `CancellationError` after an abort, else ``ShotlistError``.
    func run(abort: AbortFlag) throws {
        guard batched > 0 else { return }
        LlamaLog.forget()
        llama_set_abort_callback(pointer, { flag in flag.map { AbortFlag.from($0).isSet } ?? false }, abort.pointer)
        let status = llama_process(pointer, LLAMA_PROCESS_TYPE_DECODE, batch)
        llama_set_abort_callback(pointer, nil, nil)
        discard()
        try LlamaCall.process.check(status, abort: abort)
    }

    /// The logits after a row of the last run that wanted them; valid until the next run.
    ///
    /// - Throws: ``ShotlistError`` (`engine_failed`) when there are none.
    func logits(ofRow row: Int) throws(ShotlistError) -> UnsafeBufferPointer<Float> {
        guard let logits = llama_get_logits_ith(pointer, Int32(row)) else {
            throw ShotlistError(.engineFailed, "llama.cpp gave no logits for a token that was asked about.")
        }
        return UnsafeBufferPointer(start: logits, count: model.vocabularySize)
    }

    private func place(_ index: Int32, _ position: TokenPosition, _ wantsLogits: Bool) throws -> Int {
        try LlamaCall.fillBatch.check(min(index, 0))
        guard llama_batch_ext_set_pos(batch, index, positions.components(of: position)),
            llama_batch_ext_set_output_logits(batch, index, wantsLogits)
        else {
            throw ShotlistError(.engineFailed, "llama.cpp refused the position of a token.")
        }
        batched += 1
        return Int(index)
    }
}
