internal import CLlama
import ShotlistCore

/// What a context holds of one sequence, as llama.cpp writes it: to be put back, also into another sequence or another
/// context of the same model.
struct SequenceState {
    fileprivate let bytes: [UInt8]
    fileprivate let isPartial: Bool
    /// Where its keys and values are among the bytes.
    fileprivate let layout: StateLayout

    /// Bytes that it takes.
    var byteCount: Int { bytes.count }
}

extension LlamaContext {
    /// Lets go of all that a sequence holds.
    func clear(_ sequence: Int) {
        _ = llama_memory_seq_rm(llama_get_memory(pointer), llama_seq_id(sequence), -1, -1)
    }

    /// Lets go of what a sequence holds from a position on.
    ///
    /// - Throws: ``ShotlistError`` (`engine_failed`) for a recurrent state that was not put back before.
    func truncate(_ sequence: Int, from position: Int) throws(ShotlistError) {
        let first = positions.components(of: TokenPosition(text: position))[0]
        guard llama_memory_seq_rm(llama_get_memory(pointer), llama_seq_id(sequence), first, -1) else {
            throw ShotlistError(.engineFailed, "llama.cpp cannot go back to the end of the video.")
        }
    }

    /// A copy of a sequence.
    ///
    /// - Parameter recurrentOnly: leaves out keys and values, which stay where they are until they are truncated.
    /// - Throws: ``ShotlistError`` (`engine_failed`).
    func state(of sequence: Int, recurrentOnly: Bool = false) throws(ShotlistError) -> SequenceState {
        let flags = recurrentOnly ? llama_state_seq_flags(LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY) : 0
        let size = llama_state_seq_get_size_ext(pointer, llama_seq_id(sequence), flags)
        var written = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            written = llama_state_seq_get_data_ext(
                pointer, buffer.baseAddress, size, llama_seq_id(sequence), flags)
            count = written
        }
        guard written > 0 else {
            throw ShotlistError(.engineFailed, "llama.cpp cannot copy the state of a window.")
        }
        let partial = llama_state_seq_flags(LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY)
        let recurrent =
            model.isRecurrent && !recurrentOnly
            ? llama_state_seq_get_size_ext(pointer, llama_seq_id(sequence), partial) - StateLayout.header : 0
        return SequenceState(
            bytes: bytes, isPartial: recurrentOnly,
            layout: StateLayout(sequences: sequences, sequence: sequence, recurrentBytes: recurrent))
    }

    /// Puts a copy into a sequence.
    ///
    /// - Throws: ``ShotlistError`` (`engine_failed`).
    func restore(_ state: SequenceState, to sequence: Int) throws(ShotlistError) {
        let flags = state.isPartial ? llama_state_seq_flags(LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY) : 0
        let bytes = state.isPartial ? state.bytes : try state.layout.bytes(state.bytes, for: sequences)
        let read = bytes.withUnsafeBufferPointer {
            llama_state_seq_set_data_ext(pointer, $0.baseAddress, $0.count, llama_seq_id(sequence), flags)
        }
        guard read > 0 else {
            throw ShotlistError(.engineFailed, "llama.cpp cannot put back the state of a window.")
        }
    }
}

extension LlamaModel {
    /// Whether layers keep a state that cannot be cut back to an earlier token.
    var isRecurrent: Bool { llama_model_is_recurrent(pointer) || llama_model_is_hybrid(pointer) }
}
