import ShotlistCore

/// Compares what a model needs with what the machine has, before memory is taken.
///
/// The kernel grants more memory than there is and ends the process when it is used: a refusal must come first.
struct MemoryGuard {
    private let text: String
    private let projector: String?
    private let contextLimit: Int
    private let machine: @Sendable () -> MachineMemory?
    private let shapes = Once<ModelShapes>()
    /// The most sequences that llama.cpp knows (`LLAMA_MAX_SEQ`).
    static let mostSequences = 256
    /// The smallest context that is worth loading a model for: a few small frames, a prompt and a short answer.
    static let smallestContext = 1024

    /// - Parameters:
    ///   - text: the text model.
    ///   - projector: its projector, nil for text alone.
    ///   - contextLimit: the most tokens of a context, nil for what the model was trained for.
    ///   - gpuLayers: layers of the text model on the GPU: 0 none, nil all that there are.
    ///   - machine: what the machine has at the moment; nil when nobody knows, and then nothing is refused.
    init(
        text: String, projector: String?, contextLimit: Int?, gpuLayers: Int?,
        machine: @escaping @Sendable () -> MachineMemory?
    ) {
        self.text = text
        self.projector = projector
        self.contextLimit = contextLimit ?? .max
        // Memory of a GPU is another matter: which layers go there is llama.cpp's choice, and it says when they do not
        // fit. The check holds for the CPU alone.
        let usesGPU = gpuLayers != 0 && LlamaDevice.all.contains { $0.kind == .gpu }
        self.machine = { usesGPU ? nil : machine() }
    }

    /// Checks that the weights fit, with the smallest context.
    ///
    /// - Throws: ``ShotlistError`` (`out_of_memory`, `model_missing`, `model_invalid`).
    func checkWeights() throws(ShotlistError) {
        guard let machine = machine() else { return }
        let context = min(contextLimit, Self.smallestContext)
        let need = try need(tokens: context, frame: nil)
        guard need.total > machine.available else { return }
        throw ShotlistError(
            .outOfMemory,
            "The model '\(text)' needs \(need.total.asMemory) of memory (weights \(need.weights.asMemory), a "
                + "context of \(context) tokens and what it works in \((need.total - need.weights).asMemory)), and "
                + "\(machine.available.asMemory) of \(machine.total.asMemory) are free.",
            remedy: try smallerWeights(than: need, fitting: machine.available))
    }

    /// How many sequences of `tokens` tokens fit beside the weights, which are loaded: at most `wanted`.
    ///
    /// - Parameters:
    ///   - frame: the largest frame, for what the vision tower works in.
    ///   - held: the context that there is now, which would be given back.
    ///   - reserved: what encoded frames may still take that are kept. One sequence goes before it.
    /// - Throws: ``ShotlistError`` (`out_of_memory`, `model_missing`, `model_invalid`) when not even one does.
    func sequences(
        of tokens: Int, wanted: Int, frame: PixelSize?, held: ContextKeeper.Size?, reserved: Int = 0
    ) throws(ShotlistError) -> ContextKeeper.Fitting {
        let wanted = min(wanted, Self.mostSequences)
        guard let machine = machine() else { return ContextKeeper.Fitting(sequences: wanted) }
        var available = machine.available
        if let held {
            let now = try need(tokens: held.tokens, sequences: held.sequences, frame: nil)
            // Copies of what is held are there while the new context is made, and snapshots need not be there at all.
            available += now.work - now.snapshots - (now.cache + now.recurrentState) / held.sequences * held.inUse
        }
        // The need grows evenly from one sequence to the next.
        let one = try need(tokens: tokens, frame: frame).work
        let more = max(1, try need(tokens: tokens, sequences: 2, frame: frame).work - one)
        let fitting = one > available ? 0 : min(wanted, 1 + max(0, available - one - reserved) / more)
        guard fitting > 0 else { throw try tooLarge(tokens: tokens, frame: frame, machine, available) }
        guard fitting < wanted else { return ContextKeeper.Fitting(sequences: wanted) }
        let whole = try need(tokens: tokens, sequences: wanted, frame: frame).work
        return ContextKeeper.Fitting(
            sequences: fitting,
            notice: "Memory allows \(fitting) at once instead of \(wanted): contexts of \(tokens) tokens for all would "
                + "take \(whole.asMemory), and \(available.asMemory) are free.")
    }

    private func tooLarge(
        tokens: Int, frame: PixelSize?, _ machine: MachineMemory, _ available: Int
    ) throws(ShotlistError) -> ShotlistError {
        let need = try need(tokens: tokens, frame: frame)
        let step = Self.smallestContext
        var fitting = tokens / step * step
        while fitting > 0, try self.need(tokens: fitting, frame: frame).work > available { fitting -= step }
        return ShotlistError(
            .outOfMemory,
            "A context of \(tokens) tokens needs \(need.work.asMemory) of memory beside the model (cache "
                + "\((need.cache + need.recurrentState + need.snapshots).asMemory), text \(need.compute.asMemory), frames "
                + "\((need.vision + need.embeddings).asMemory)), and \(available.asMemory) of \(machine.total.asMemory) are free.",
            remedy: fitting > 0
                ? "\(fitting) tokens fit: lower the sampling rate, the window size or the most pixels of a frame."
                : "Use smaller weights or a smaller model, or end other programs.")
    }

    private func need(tokens: Int, sequences: Int = 1, frame: PixelSize?) throws(ShotlistError) -> MemoryNeed {
        try shapes.value { () throws(ShotlistError) in try ModelShapes(text: text, projector: projector) }
            .need(contextTokens: tokens, sequences: sequences, largestFrame: frame)
    }

    /// What to do when the weights do not fit: the best precision of which they do, if there is one.
    private func smallerWeights(than need: MemoryNeed, fitting available: Int) throws(ShotlistError) -> String {
        let parameters = try GGUFFile(path: text, role: "text model").parameterCount
        for precision in SmallerWeights.all {
            let weights = precision.bytes(parameters: parameters)
            guard weights < need.textWeights * 95 / 100 else { continue }
            let smaller = need.total - need.textWeights + weights
            guard smaller <= available else { continue }
            return "Use \(precision.name) weights, with which it would need \(smaller.asMemory), or end other programs."
        }
        return "Use a smaller model, or end other programs; smaller weights of this one would not do."
    }
}

/// A precision that weights can be had in.
private struct SmallerWeights: Sendable {
    /// As `--captioning-weights` names it.
    let name: String
    /// Bits for a number, scales included; those of Q4_K_M are the mean over a whole model.
    let bits: Double

    /// From the largest to the smallest.
    static let all = [
        SmallerWeights(name: "bf16", bits: 16), SmallerWeights(name: "q8_0", bits: 8.5),
        SmallerWeights(name: "q4_k_m", bits: 4.9),
    ]

    func bytes(parameters: Int) -> Int { Int(Double(parameters) * bits / 8) }
}

extension MemoryNeed {
    /// The part that is taken once, when the model is loaded.
    var weights: Int { textWeights + projectorWeights }
    /// The part that a context takes beside it.
    var work: Int { cache + recurrentState + snapshots + compute + vision + embeddings }
}

extension Int {
    /// So many bytes in billions with one decimal, or in whole millions when they are fewer than a billion.
    var asMemory: String {
        guard self >= 950_000_000 else { return "\((self + 500_000) / 1_000_000) MB" }
        let tenths = (self + 50_000_000) / 100_000_000
        return "\(tenths / 10).\(tenths % 10) GB"
    }
}
