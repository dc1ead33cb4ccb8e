internal import CLlama
import ShotlistCore

/// Blocks of frames that the vision tower encodes together.
final class FrameBatch {
    private let pointer: OpaquePointer?
    private var isEmpty = true

    /// An empty batch.
    init(projector: OpaquePointer) {
        pointer = mtmd_batch_init(projector)
    }

    deinit { mtmd_batch_free(pointer) }

    /// Adds a block if it can be encoded together with those that are there.
    ///
    /// - Returns: false when it must be in another batch, which the first never must.
    /// - Throws: ``ShotlistError`` (`engine_failed`) when the tower does not take it.
    func add(_ chunk: FrameChunk) throws -> Bool {
        let status = mtmd_batch_add_chunk(pointer, chunk.chunk)
        // 2: no more of them, or one at a time; 3: not of the same size.
        if status == 2 || status == 3, !isEmpty { return false }
        try LlamaCall.prepareFrames.check(status)
        isEmpty = false
        return true
    }

    /// Runs the vision tower.
    ///
    /// - Throws: `CancellationError` after an abort, else ``ShotlistError`` (`engine_failed`).
    func encode(abort: AbortFlag) throws {
        try LlamaCall.encodeFrames.check(mtmd_batch_encode(pointer), abort: abort)
    }

    /// The embeddings of a block that was encoded.
    ///
    /// - Throws: ``ShotlistError`` (`engine_failed`) when there are none.
    func embeddings(of chunk: FrameChunk, width: Int) throws(ShotlistError) -> [Float] {
        guard let output = mtmd_batch_get_output_embd(pointer, chunk.chunk) else {
            throw ShotlistError(.engineFailed, "The projector gave no embeddings.")
        }
        return Array(UnsafeBufferPointer(start: output, count: chunk.tokenCount * width))
    }
}
