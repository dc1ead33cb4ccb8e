import Foundation
import ShotlistCore
import ShotlistNetwork

/// What came of one request to one server.
enum Reply: Sendable {
    /// An answer.
    case answered(ChatAnswer)
    /// No answer; what that means for the request and for the server.
    case failed(Dispatch.Outcome, ShotlistError)

    /// Reads a response.
    ///
    /// - Parameters:
    ///   - status: the HTTP status.
    ///   - retryAfter: the pause that the server asks for.
    ///   - server: its address, for the error.
    ///   - key: what it was sent, which is not to be in the error.
    init(status: Int, body: Data, retryAfter: Duration?, server: Endpoint, key: BearerToken?) {
        guard status == 200 else {
            self = .failed(
                Self.outcome(status: status, retryAfter: retryAfter),
                Self.error(status: status, said: ErrorAnswer(body, hiding: key), server: server))
            return
        }
        // Foundation's decoder takes other encodings than UTF-8 when a body looks like them; JSON on the wire is UTF-8.
        guard String(validating: body, as: UTF8.self) != nil,
            let answer = try? JSONDecoder().decode(ChatAnswer.self, from: body), answer.choice != nil
        else {
            self = .failed(
                .broken,
                ShotlistError(
                    .engineFailed, "\(server) answered with what is no chat completion.",
                    remedy: "See that it is an OpenAI-compatible server, and look into its log."))
            return
        }
        if let reason = answer.choice?.finishReason, Self.brokenOff.contains(reason) {
            self = .failed(
                .broken,
                ShotlistError(
                    .engineFailed, "\(server) broke its answer off (finish_reason '\(reason)').",
                    remedy: "Look into the server's log."))
            return
        }
        self = .answered(answer)
    }

    /// What vLLM and SGLang say of an answer that they did not write to its end, as when they shut down.
    private static let brokenOff: Set<String> = ["abort", "cancelled", "error"]

    private static func outcome(status: Int, retryAfter: Duration?) -> Dispatch.Outcome {
        switch status {
        case 429, 503: .busy(retryAfter: retryAfter)
        case 408, 504: .timedOut
        case 401, 402, 403, 404, 405, 407: .locked
        case 400..<500: .refused
        default: .broken
        }
    }

    private static func error(status: Int, said: ErrorAnswer, server: Endpoint) -> ShotlistError {
        let words = said.words.map { ": \($0)" } ?? "."
        switch status {
        case 401, 403:
            return ShotlistError(
                .endpointRefused, "\(server) does not take the key (HTTP \(status))\(words)",
                remedy: "Give the right one by --api-key-env or --api-key-file.")
        case 402:
            return ShotlistError(
                .endpointRefused, "\(server) wants to be paid (HTTP 402)\(words)",
                remedy: "Settle it with whoever runs the server; the run waits and asks again.")
        case 400..<500 where said.type == "content_filter":
            return ShotlistError(
                .blocked, "\(server)'s content filter does not let the request pass\(words)",
                remedy: "Try another prompt, or a server without a filter.")
        case 400..<500 where said.isAboutLength:
            return ShotlistError(
                .contextTooShort, "The window does not fit the model's context at \(server)\(words)",
                remedy:
                    "Lower the sampling rate (--captioning-sampling-fps), the window size (--captioning-window-size) or "
                    + "the most pixels of a frame (--captioning-max-pixels), or start the server with a longer context."
            )
        case 400..<500:
            return ShotlistError(
                .endpointRefused, "\(server) refuses the request (HTTP \(status))\(words)",
                remedy: "See that it serves this model, and takes frames in this form (--endpoint-media).")
        default:
            return ShotlistError(
                .engineFailed, "\(server) failed (HTTP \(status))\(words)", remedy: "Look into the server's log.")
        }
    }
}

extension ErrorAnswer {
    /// Whether the server says that the prompt is longer than its context. None has a code for it but llama.cpp's server.
    var isAboutLength: Bool {
        if type == "exceed_context_size_error" || type == "context_length_exceeded" { return true }
        let words = words?.lowercased() ?? ""
        return ["context length", "context size", "maximum model length", "longer than the maximum", "max_model_len"]
            .contains { words.contains($0) }
    }
}
