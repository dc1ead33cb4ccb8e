import ShotlistCore
import ShotlistFleet
import ShotlistModels

extension VLLMCommand {
    /// The command that serves a model of the registry.
    ///
    /// - Parameters:
    ///   - folder: its checkpoint on the server's disk; nil for the repository of the model hub.
    ///   - frameSizing: the size at which it is shown frames, with the bounds that were asked for; nil for its own.
    /// - Throws: ``ShotlistError`` (`not_available`) for a model that vLLM cannot load.
    init(serving spec: ModelSpec, folder: String? = nil, frameSizing: FrameSizing? = nil) throws(ShotlistError) {
        guard case .hub(let repository, _) = spec.source else {
            throw ShotlistError(
                .notAvailable, "vLLM does not serve '\(spec.name)', which is a GGUF file for the embedded engine.",
                remedy: "Leave --engine out, or serve another model: `shotlist models list` names them.")
        }
        self.init(
            model: folder ?? repository.id, revision: folder == nil ? repository.revision : nil, servedName: spec.name,
            family: try Self.family(of: spec, frameSizing ?? spec.frameSizing))
        switch spec.stored {
        case .bf16: weights = .asPublished
        case .fp8: weights = .modelOptFP8
        case .nvfp4: weights = .modelOptFP4
        }
    }

    /// Asks for 8-bit weights; a model that is published in 8 or 4 bits stays as it is. Whether that changes anything.
    mutating func askForFP8() -> Bool {
        guard weights == .asPublished else { return false }
        weights = .fp8
        return true
    }

    private static func family(of spec: ModelSpec, _ sizing: FrameSizing?) throws(ShotlistError) -> Family {
        switch spec.architecture {
        case .qwen25, .qwen3, .smolLM2: return .text
        case .nemotronVL: return .nemotronVL
        case .qwen25VL, .qwen3VL:
            guard let sizing else {
                throw ShotlistError(
                    .invalidArgument, "The model '\(spec.name)' is described without the size of its frames.",
                    remedy: "Add 'frames' to its file.")
            }
            return .qwenVL(sizing)
        }
    }
}
