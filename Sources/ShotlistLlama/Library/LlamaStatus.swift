import ShotlistCore

/// What llama.cpp was asked to do when it returned a status.
enum LlamaCall {
    /// `llama_process`: run a batch.
    case process
    /// `mtmd_tokenize_from_parts`: cut frames into patches.
    case prepareFrames
    /// `mtmd_encode_chunk`: run the vision tower.
    case encodeFrames
    /// `llama_tokenize`.
    case tokenize
    /// `llama_batch_ext_add_…`: fill a batch.
    case fillBatch
}

extension LlamaCall {
    /// Turns the status of a call into nothing or an error.
    ///
    /// The meanings are those that `llama.h` and `mtmd.h` give; -3 and lower of `llama_process` are failures of the
    /// computation.
    ///
    /// - Throws: `CancellationError` when the call was aborted; ``ShotlistError`` (`context_too_short`,
    ///   `engine_failed`) otherwise.
    func check(_ status: Int32, abort: AbortFlag? = nil) throws {
        if abort?.isSet == true { throw CancellationError() }
        guard status != 0 else { return }
        switch (self, status) {
        case (.process, 1):
            throw ShotlistError(
                .contextTooShort, "The model's context has no room for more tokens.",
                remedy: "Show the model fewer or smaller frames, or ask for fewer tokens.")
        case (.process, 2):
            throw CancellationError()
        default:
            let complaint = LlamaLog.complaint
            throw ShotlistError(
                .engineFailed,
                "llama.cpp could not \(action) (status \(status))\(complaint.isEmpty ? "" : ": \(complaint)").",
                remedy: "Run with --verbose to see its log; other windows are not affected.")
        }
    }

    private var action: String {
        switch self {
        case .process: "run the model"
        case .prepareFrames: "take in the frames"
        case .encodeFrames: "encode the frames"
        case .tokenize: "cut the text into tokens"
        case .fillBatch: "put tokens into a batch"
        }
    }
}
