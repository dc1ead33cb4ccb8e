import Foundation
import ShotlistNetwork

/// What `chat/completions` answers, as far as it is read.
struct ChatAnswer: Decodable, Sendable {
    struct Choice: Decodable, Sendable {
        struct Message: Decodable, Sendable {
            let content: String?
            let refusal: String?
        }

        let message: Message
        let finishReason: String?

        private enum CodingKeys: String, CodingKey {
            case message
            case finishReason = "finish_reason"
        }
    }

    /// What the server counted; what no prompt or answer can have is not believed.
    struct Usage: Decodable, Sendable {
        struct Details: Decodable, Sendable {
            let cachedTokens: Int?

            private enum CodingKeys: String, CodingKey {
                case cachedTokens = "cached_tokens"
            }
        }

        private let promptTokens: Int?
        private let completionTokens: Int?
        private let promptDetails: Details?

        /// Tokens of the prompt.
        var prompt: Int { Self.sound(promptTokens) }
        /// Tokens of the answer.
        var output: Int { Self.sound(completionTokens) }
        /// Tokens of the prompt that the server's cache had.
        var cached: Int { min(Self.sound(promptDetails?.cachedTokens), prompt) }

        private static func sound(_ count: Int?) -> Int { min(max(0, count ?? 0), 1 << 32) }

        private enum CodingKeys: String, CodingKey {
            case promptTokens = "prompt_tokens"
            case completionTokens = "completion_tokens"
            case promptDetails = "prompt_tokens_details"
        }
    }

    let choices: [Choice]
    let usage: Usage?

    /// The one answer that was asked for.
    var choice: Choice? { choices.first }
}

/// How servers say that they do not answer: OpenAI's form, vLLM's older one, FastAPI's, and llama.cpp's are all read.
struct ErrorAnswer: Sendable {
    /// The server's own words, in one line of at most 300 characters; nil when it says nothing that can be read.
    let words: String?
    /// A word for programs, such as `model_not_found` or `exceed_context_size_error`.
    let type: String?

    /// - Parameter key: a server may repeat it; it is not in ``words``.
    init(_ body: Data, hiding key: BearerToken?) {
        let object = (try? JSONSerialization.jsonObject(with: body)) as? [String: Any]
        let inner = object?["error"] as? [String: Any] ?? object
        let words =
            inner?["message"] as? String ?? object?["error"] as? String ?? object?["detail"] as? String
            ?? Self.text(of: inner?["detail"])
        self.words = words.map { Self.line(key?.hidden(in: $0) ?? $0) }
        type = inner?["code"] as? String ?? inner?["type"] as? String
    }

    private static func text(of detail: Any?) -> String? {
        // FastAPI lists what it does not like.
        guard let list = detail as? [[String: Any]] else { return nil }
        return list.compactMap { $0["msg"] as? String }.joined(separator: "; ")
    }

    /// What came from outside, fit for a terminal and a record.
    static func line(_ text: String) -> String {
        let words = text.split(whereSeparator: { $0.isWhitespace || $0.isNewline }).joined(separator: " ")
        let visible = words.unicodeScalars.filter {
            !$0.properties.isDefaultIgnorableCodePoint && $0.value >= 0x20 && $0.value != 0x7f
        }
        let line = String(String.UnicodeScalarView(visible))
        return line.count > 300 ? line.prefix(300) + "..." : line
    }
}
