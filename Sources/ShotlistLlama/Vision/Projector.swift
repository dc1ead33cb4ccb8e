internal import CLlama
import ShotlistCore

/// The vision tower: turns a block of frames into embeddings of the text model's width.
final class Projector {
    private let pointer: OpaquePointer
    private let watch: Watch
    private let family: VisionFamily
    // libmtmd keeps the model's vocabulary and does not own it.
    private let model: LlamaModel

    /// Loads the vision tower that belongs to `model`.
    ///
    /// - Throws: ``ShotlistError`` (`model_invalid`, `unknown_device`).
    init(options: LlamaOptions, model: LlamaModel, family: VisionFamily, threads: Int) throws(ShotlistError) {
        let watch = Watch()
        var parameters = mtmd_context_params_default()
        parameters.print_timings = false
        parameters.warmup = false
        parameters.n_threads = Int32(threads)
        parameters.use_gpu = options.gpuLayers != 0
        // Frames come in the size that the model is to see, and pass these limits unchanged.
        parameters.image_min_tokens = 1
        parameters.image_max_tokens = 1 << 20
        parameters.cb_eval = { tensor, isQuestion, watch in
            guard let tensor, let watch else { return true }
            return Watch.from(watch).passes(tensor, isQuestion: isQuestion)
        }
        parameters.cb_eval_user_data = watch.pointer
        if let name = options.device {
            let device = try LlamaDevice.named(name)
            parameters.device = device
            if ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU { parameters.use_gpu = false }
        }
        LlamaLog.forget()
        guard let pointer = mtmd_init_from_file(options.projectorPath, model.pointer, parameters) else {
            throw ShotlistError(
                .modelInvalid, "The projector '\(options.projectorPath)' cannot be loaded: \(LlamaLog.complaint).",
                remedy: "Give the projector that was converted together with the text model, and copy it again "
                    + "if it may be damaged.")
        }
        self.pointer = pointer
        self.watch = watch
        self.family = family
        self.model = model
    }

    deinit { mtmd_free(pointer) }

    /// The embeddings of blocks of frames, block by block: rows from the top, columns from the left, as many numbers each
    /// as the model's embeddings are wide.
    ///
    /// Blocks of one size are encoded together where the tower can do that.
    ///
    /// - Parameters:
    ///   - blocks: in each one frame or, for towers that merge them, two of one size.
    ///   - turns: to be taken for each computation.
    /// - Throws: `CancellationError` after an abort, else ``ShotlistError`` (`engine_failed`).
    func embeddings(of blocks: [[RGBFrame]], abort: AbortFlag, turns: Turns? = nil) throws -> [[Float]] {
        watch.abort = abort
        defer { watch.abort = nil }
        var embeddings: [[Float]] = []
        // Cut one ahead and no more: pixels in 32 bits take several times the room of the frames.
        var ahead: FrameChunk?
        while embeddings.count < blocks.count {
            let batch = FrameBatch(projector: pointer)
            var chunks: [FrameChunk] = []
            while embeddings.count + chunks.count < blocks.count {
                let chunk = try ahead ?? chunk(of: blocks[embeddings.count + chunks.count])
                ahead = chunk
                guard try batch.add(chunk) else { break }
                chunks.append(chunk)
                ahead = nil
            }
            LlamaLog.forget()
            try turns?.take { try batch.encode(abort: abort) } ?? batch.encode(abort: abort)
            for chunk in chunks { embeddings.append(try batch.embeddings(of: chunk, width: model.embeddingWidth)) }
        }
        return embeddings
    }

    /// A block, checked and cut into patches.
    private func chunk(of frames: [RGBFrame]) throws -> FrameChunk {
        LlamaLog.forget()
        guard (1...family.framesPerBlock).contains(frames.count) else {
            throw ShotlistError(.engineFailed, "The projector cannot make one block of \(frames.count) frames.")
        }
        let chunk = try FrameChunk(frames, projector: pointer)
        let size = frames[0].size
        let tokens = size.area / (family.tokenSide * family.tokenSide)
        guard chunk.tokenCount == tokens else {
            throw ShotlistError(
                .engineFailed,
                "The projector cut a frame of \(size) into \(chunk.tokenCount) tokens instead of \(tokens).",
                remedy: "Use the projector that was converted together with the text model.")
        }
        return chunk
    }
}

/// Stops the vision tower between two of its layers, since libmtmd has no abort callback.
private final class Watch {
    var abort: AbortFlag?

    var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    static func from(_ pointer: UnsafeMutableRawPointer) -> Watch {
        Unmanaged<Watch>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Asked before a tensor is computed whether to be told of it, and afterwards whether to go on.
    func passes(_ tensor: UnsafeMutablePointer<ggml_tensor>, isQuestion: Bool) -> Bool {
        guard isQuestion else { return abort?.isSet != true }
        return String(cString: ggml_get_name(tensor)).hasPrefix("layer_out")
    }
}
