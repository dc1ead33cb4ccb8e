import ShotlistCore
import ShotlistEngines

/// The families of vision-language models that the engine can lay prompts out for, told from a pair of files.
package enum VisionFamily: Sendable, Hashable, CaseIterable {
    /// Qwen2.5-VL.
    case qwen25VL
    /// Qwen3-VL.
    case qwen3VL
    /// Nemotron Nano 12B v2 VL.
    case nemotronVL

    /// What its files are called in a sentence.
    var name: String {
        switch self {
        case .qwen25VL: "Qwen2.5-VL"
        case .qwen3VL: "Qwen3-VL"
        case .nemotronVL: "Nemotron Nano VL"
        }
    }

    /// `general.architecture` of its text model.
    var textArchitecture: String {
        switch self {
        case .qwen25VL: "qwen2vl"
        case .qwen3VL: "qwen3vl"
        case .nemotronVL: "nemotron_h"
        }
    }

    /// `clip.projector_type` of its projector.
    var projectorType: String {
        switch self {
        case .qwen25VL: "qwen2.5vl_merger"
        case .qwen3VL: "qwen3vl_merger"
        case .nemotronVL: "nemotron_v2_vl"
        }
    }

    /// How its positions are counted.
    var positions: PositionScheme {
        switch self {
        case .qwen25VL: .finelyCounted
        case .qwen3VL: .threefold
        case .nemotronVL: .plain
        }
    }

    /// Pixels along each side of a token.
    var tokenSide: Int {
        switch self {
        case .qwen25VL: Qwen25VLPrompt.tokenSide
        case .qwen3VL: Qwen3VLPrompt.tokenSide
        case .nemotronVL: NemotronVLPrompt.tokenSide
        }
    }

    /// The most frames that its vision tower makes one block of tokens of.
    var framesPerBlock: Int {
        switch self {
        case .qwen25VL, .qwen3VL: 2
        case .nemotronVL: 1
        }
    }

    /// Tokens that its layout needs, each one token of the vocabulary.
    var specialTokens: [String] {
        switch self {
        case .qwen25VL, .qwen3VL: ["<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>"]
        case .nemotronVL: ["<s>", "<SPECIAL_10>", "<SPECIAL_11>", "<SPECIAL_12>", "<img>", "</img>"]
        }
    }

    /// The prompt of a window.
    ///
    /// - Throws: ``ShotlistError`` (`engine_failed`) for frames that no model of this family can be shown.
    func layOut(_ content: WindowContent, vocabulary: LlamaModel) throws -> WindowPrompt {
        switch self {
        case .qwen25VL: try Qwen25VLPrompt.layOut(content, vocabulary: vocabulary)
        case .qwen3VL: try Qwen3VLPrompt.layOut(content, vocabulary: vocabulary)
        case .nemotronVL: try NemotronVLPrompt.layOut(content, vocabulary: vocabulary)
        }
    }

    /// The last part of every prompt, the text after the video, as ``layOut(_:vocabulary:)`` writes it.
    func question(_ prompt: String, vocabulary: LlamaModel) throws -> [Int32] {
        switch self {
        case .qwen25VL: try Qwen25VLPrompt.question(prompt, vocabulary: vocabulary)
        case .qwen3VL: try Qwen3VLPrompt.question(prompt, vocabulary: vocabulary)
        case .nemotronVL: try NemotronVLPrompt.question(prompt, vocabulary: vocabulary)
        }
    }

    /// The caption in what a model says: thoughts are none of it.
    func caption(in answer: String) -> String {
        switch self {
        case .qwen25VL, .qwen3VL: answer
        case .nemotronVL: ThinkingBlock.removed(from: answer)
        }
    }
}
