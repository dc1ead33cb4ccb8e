import Foundation
import ShotlistCore
import ShotlistEngines

/// The families of text models that the engine can lay chats out for, told from a file.
package enum TextFamily: Sendable, Hashable, CaseIterable {
    /// Qwen2.5.
    case qwen25
    /// Qwen3.
    case qwen3
    /// SmolLM2.
    case smolLM2

    /// What its files are called in a sentence.
    var name: String {
        switch self {
        case .qwen25: "Qwen2.5"
        case .qwen3: "Qwen3"
        case .smolLM2: "SmolLM2"
        }
    }

    /// `general.architecture` of its files.
    var architecture: String {
        switch self {
        case .qwen25: "qwen2"
        case .qwen3: "qwen3"
        case .smolLM2: "llama"
        }
    }

    /// A message in the chat that the family was trained on.
    package func layOut(system: String?, user: String) -> ChatLayout {
        switch self {
        case .qwen25: .qwen25(system: system, user: user)
        case .qwen3: .qwen3(system: system, user: user)
        case .smolLM2: .smolLM2(system: system, user: user)
        }
    }

    /// Tokens that its layout needs, each one token of the vocabulary.
    var specialTokens: Set<String> {
        Set(
            layOut(system: "", user: "").pieces.compactMap { piece in
                if case .token(let name) = piece { name } else { nil }
            })
    }

    /// Plain text as the family's tokenizer reads it: Qwen's composes letters and accents first (NFC), which llama.cpp
    /// leaves to its caller.
    func normalised(_ text: String) -> String {
        self == .smolLM2 ? text : text.precomposedStringWithCanonicalMapping
    }

    /// What of an answer's text is the answer.
    func answer(in text: String) -> String {
        self == .qwen3 ? ThinkingBlock.removed(from: text) : text
    }
}
