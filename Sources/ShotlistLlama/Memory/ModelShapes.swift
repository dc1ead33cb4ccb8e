import ShotlistCore

/// What the headers of a model's files say that its need of memory follows from.
struct ModelShapes: Sendable {
    private let textWeights: Int
    private let text: TextShape
    private let projectorWeights: Int
    private let vision: VisionShape?

    /// Reads the headers.
    ///
    /// - Throws: ``ShotlistError`` (`model_missing`, `model_invalid`).
    init(text path: String, projector: String?) throws(ShotlistError) {
        let file = try GGUFFile(path: path, role: "text model")
        text = try TextShape(file)
        textWeights = file.tensorBytes
        guard let projector else {
            (projectorWeights, vision) = (0, nil)
            return
        }
        let tower = try GGUFFile(path: projector, role: "projector")
        projectorWeights = tower.tensorBytes
        vision = try VisionShape(tower)
    }

    /// The need of the model, as ``MemoryNeed/of(text:projector:contextTokens:sequences:largestFrame:)`` says it.
    func need(contextTokens: Int, sequences: Int, largestFrame: PixelSize?) -> MemoryNeed {
        let sequences = max(sequences, 1)
        var need = MemoryNeed()
        need.textWeights = textWeights
        need.program = MemoryRules.program(vocabulary: text.vocabulary)
        let context = min(max(contextTokens, 1), text.contextLength)
        need.cache = MemoryRules.cache(text, tokens: context, sequences: sequences)
        need.recurrentState = MemoryRules.recurrentState(text, sequences: sequences)
        need.snapshots = need.recurrentState
        need.compute = MemoryRules.compute(text, tokens: context, sequences: sequences)
        need.projectorWeights = projectorWeights
        if let vision, let largestFrame {
            need.vision = MemoryRules.vision(vision, frame: largestFrame)
            need.embeddings = MemoryRules.embeddings(vision, tokens: context)
        }
        return need
    }
}
