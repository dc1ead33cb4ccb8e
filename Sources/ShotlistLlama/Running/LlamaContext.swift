internal import CLlama
import ShotlistCore

/// The memory of a model for one sequence: tokens and embeddings go in, logits come out.
///
/// What goes in is collected and run when there is enough for a batch or when ``run()`` is called. All of one batch
/// is of one kind, tokens or embeddings, as llama.cpp demands.
final class LlamaContext {
    /// The most tokens it holds.
    let capacity: Int
    /// The model whose memory it is.
    let model: LlamaModel
    private let positions: PositionScheme
    private let pointer: OpaquePointer
    private let batch: OpaquePointer
    private let batchCapacity: Int
    private var batched = 0
    private var batchHoldsTokens = false
    private var abort: AbortFlag?

    /// Reserves memory for `capacity` tokens or a few more.
    ///
    /// - Parameter sumsIn16Bits: lets llama.cpp use flash attention, which on the CPU adds up values in 16 bits.
    /// - Throws: ``ShotlistError`` (`engine_failed`) when there is too little memory.
    init(model: LlamaModel, positions: PositionScheme, capacity: Int, threads: Int, sumsIn16Bits: Bool = true)
        throws(ShotlistError)
    {
        var parameters = llama_context_default_params()
        parameters.n_ctx = UInt32(capacity)
        parameters.n_batch = 512
        parameters.n_ubatch = 512
        parameters.n_outputs_max = 1
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
                .engineFailed, "There is no memory for a context of \(capacity) tokens: \(LlamaLog.complaint).",
                remedy: "Show the model fewer or smaller frames, or use a smaller model.")
        }
        self.model = model
        self.positions = positions
        self.pointer = pointer
        self.capacity = Int(llama_n_ctx(pointer))
        batchCapacity = Int(llama_n_batch(pointer))
        batch = llama_batch_ext_init(pointer)
    }

    deinit {
        llama_batch_ext_free(batch)
        llama_free(pointer)
    }

    /// Forgets everything, and obeys `abort` from now on.
    func begin(abort: AbortFlag) {
        llama_batch_ext_clear(batch)
        batched = 0
        llama_memory_clear(llama_get_memory(pointer), false)
        self.abort = abort
        llama_set_abort_callback(pointer, { flag in flag.map { AbortFlag.from($0).isSet } ?? false }, abort.pointer)
    }

    /// Lets go of the flag given to ``begin(abort:)``.
    func end() {
        llama_set_abort_callback(pointer, nil, nil)
        abort = nil
    }

    /// Adds a token of text.
    func add(_ token: Int32, at position: TokenPosition) throws {
        try makeRoom(forTokens: true)
        let index = llama_batch_ext_add_token(batch, 0, token)
        try LlamaCall.fillBatch.check(min(index, 0))
        try place(index, position)
    }

    /// Adds a token of video by its embedding, `embeddingWidth` numbers.
    func add(_ embedding: UnsafeBufferPointer<Float>, at position: TokenPosition) throws {
        try makeRoom(forTokens: false)
        let row = llama_embd(data: embedding.baseAddress, n_rows: 1, n_embd: embedding.count)
        let index = llama_batch_ext_add_embd(batch, 0, row)
        try LlamaCall.fillBatch.check(min(index, 0))
        try place(index, position)
    }

    /// Runs what was collected.
    ///
    /// - Throws: `CancellationError` after an abort, else ``ShotlistError``.
    func run() throws {
        guard batched > 0 else { return }
        LlamaLog.forget()
        llama_batch_ext_set_output_logits(batch, Int32(batched - 1), true)
        let status = llama_process(pointer, LLAMA_PROCESS_TYPE_DECODE, batch)
        llama_batch_ext_clear(batch)
        batched = 0
        try LlamaCall.process.check(status, abort: abort)
    }

    /// The logits after the last token that was run; valid until the next run.
    ///
    /// - Throws: ``ShotlistError`` (`engine_failed`) when nothing was run.
    func lastLogits() throws(ShotlistError) -> UnsafeBufferPointer<Float> {
        guard let logits = llama_get_logits_ith(pointer, -1) else {
            throw ShotlistError(.engineFailed, "llama.cpp gave no logits for the last token.")
        }
        return UnsafeBufferPointer(start: logits, count: model.vocabularySize)
    }

    private func makeRoom(forTokens tokens: Bool) throws {
        if batched == batchCapacity || (batched > 0 && tokens != batchHoldsTokens) { try run() }
        batchHoldsTokens = tokens
    }

    private func place(_ index: Int32, _ position: TokenPosition) throws {
        guard llama_batch_ext_set_pos(batch, index, positions.components(of: position)) else {
            throw ShotlistError(.engineFailed, "llama.cpp refused the position of a token.")
        }
        batched += 1
    }
}
