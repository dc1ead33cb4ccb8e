import Foundation
import ShotlistCore

/// Bodies of `chat/completions`.
struct ChatBody: Sendable {
    /// How the server wants to be asked.
    let dialect: Dialect
    /// The model, as the server names it.
    let model: String
    /// The system's words; nil for what the model's own template says.
    var system: String?
    /// Whether the chat template is told not to let the model think.
    var forbidsThinking = false

    /// A question about a window.
    ///
    /// - Parameters:
    ///   - shown: the window in the form in which it is sent.
    ///   - prompt: what is asked.
    func question(
        about shown: ShownMedia, prompt: String, sampling: SamplingParameters, maxOutputTokens: Int
    ) -> RequestBody {
        // The video comes before the words, as it does in the embedded engine; a second question about the same window has
        // all up to the words in common with the first, which is what a server's cache goes by.
        let before = "{\"model\":\(JSONText.string(model)),\"messages\":[\(systemTurn){\"role\":\"user\",\"content\":["
        let text = JSONText.object([("type", JSONText.string("text")), ("text", JSONText.string(prompt))])
        var fields = dialect.fields(of: sampling, maxOutputTokens: maxOutputTokens)
        if dialect.takesVideoFacts, let facts = shown.facts { fields.append(("media_io_kwargs", facts)) }
        return RequestBody(pieces: [.text(before)] + shown.parts + [.text(",\(text)]}]\(Self.tail(fields))")])
    }

    /// A question in words alone.
    func question(_ words: String, sampling: SamplingParameters, maxOutputTokens: Int) -> RequestBody {
        var fields = dialect.fields(of: sampling, maxOutputTokens: maxOutputTokens)
        if forbidsThinking, dialect.takesTemplateFacts {
            fields.append(("chat_template_kwargs", JSONText.object([("enable_thinking", "false")])))
        }
        return RequestBody(pieces: [
            .text(
                "{\"model\":\(JSONText.string(model)),\"messages\":[\(systemTurn){\"role\":\"user\",\"content\":"
                    + "\(JSONText.string(words))}]\(Self.tail(fields))")
        ])
    }

    private var systemTurn: String {
        system.map { "{\"role\":\"system\",\"content\":\(JSONText.string($0))}," } ?? ""
    }

    /// The rest of the body behind the messages.
    private static func tail(_ fields: [(String, String)]) -> String {
        fields.map { ",\(JSONText.string($0.0)):\($0.1)" }.joined() + ",\"stream\":false}"
    }
}
