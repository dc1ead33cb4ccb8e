internal import CLlama
import ShotlistCore

/// Frames of one block, cut into patches by libmtmd, ready for the vision tower.
final class FrameChunk {
    /// libmtmd's chunk for all of them, valid as long as this object.
    let chunk: OpaquePointer
    private let chunks: OpaquePointer

    /// How many tokens they make.
    var tokenCount: Int { mtmd_input_chunk_get_n_tokens(chunk) }

    /// - Throws: ``ShotlistError`` (`engine_failed`) when libmtmd does not take the frames or keeps them apart.
    init(_ frames: [RGBFrame], projector: OpaquePointer) throws {
        // Towers that encode frames one by one would refuse nothing, and encode the first of two alone.
        let bitmaps = try frames.map { frame in try Bitmap(frame, isMergeable: frames.count > 1) }
        guard let chunks = mtmd_input_chunks_init() else {
            throw ShotlistError(.engineFailed, "libmtmd has no memory for a block of frames.")
        }
        do {
            try Self.fill(chunks, with: bitmaps, projector: projector)
            chunk = try Self.imageChunk(of: chunks)
        } catch {
            mtmd_input_chunks_free(chunks)
            throw error
        }
        self.chunks = chunks
    }

    deinit { mtmd_input_chunks_free(chunks) }

    private static func fill(_ chunks: OpaquePointer, with bitmaps: [Bitmap], projector: OpaquePointer) throws {
        let parts = bitmaps.map { mtmd_input_part(text: nil, bitmap: $0.pointer) }
        let status = parts.withUnsafeBufferPointer { parts in
            let pointers = parts.indices.map { index in parts.baseAddress.map { $0 + index } }
            return mtmd_tokenize_from_parts(projector, chunks, pointers, pointers.count, false)
        }
        withExtendedLifetime(bitmaps) {}
        try LlamaCall.prepareFrames.check(status)
    }

    private static func imageChunk(of chunks: OpaquePointer) throws(ShotlistError) -> OpaquePointer {
        let images = (0..<mtmd_input_chunks_size(chunks)).compactMap { index -> OpaquePointer? in
            guard let chunk = mtmd_input_chunks_get(chunks, index) else { return nil }
            return mtmd_input_chunk_get_type(chunk) == MTMD_INPUT_CHUNK_TYPE_IMAGE ? chunk : nil
        }
        guard let chunk = images.first, images.count == 1 else {
            throw ShotlistError(
                .engineFailed, "The projector makes \(images.count) blocks of frames that belong into one.",
                remedy: "Use the projector that was converted together with the text model.")
        }
        return chunk
    }
}

private final class Bitmap {
    let pointer: OpaquePointer

    init(_ frame: RGBFrame, isMergeable: Bool) throws(ShotlistError) {
        guard let pointer = mtmd_bitmap_init(UInt32(frame.size.width), UInt32(frame.size.height), frame.bytes) else {
            throw ShotlistError(.engineFailed, "libmtmd has no memory for a frame.")
        }
        mtmd_bitmap_set_mergeable(pointer, isMergeable)
        self.pointer = pointer
    }

    deinit { mtmd_bitmap_free(pointer) }
}
