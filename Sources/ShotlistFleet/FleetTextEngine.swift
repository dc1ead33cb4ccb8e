import Foundation
import ShotlistCore
import ShotlistEngines

/// Rewrites captions on servers that speak OpenAI's API.
public final class FleetTextEngine: TextEngine {
    public let identity: EngineIdentity
    private let members: FleetMembers

    private init(members: FleetMembers, server: KnownServer) {
        self.members = members
        identity = EngineIdentity(modelID: server.model, modelRevision: "as served")
    }

    /// Looks at the servers, and waits until one of them can be asked.
    ///
    /// - Parameters:
    ///   - knownNames: names under which the text model's checkpoint may be served.
    ///   - maxOutputTokens: the most tokens of an enhanced caption.
    ///   - onNotice: told in a sentence what the person at the terminal should know.
    /// - Throws: as ``FleetEngine/connect(_:variant:knownNames:maxOutputTokens:onNotice:)`` does.
    public static func connect(
        _ options: FleetOptions, knownNames: [String], maxOutputTokens: Int,
        onNotice: @escaping @Sendable (String) -> Void
    ) async throws -> FleetTextEngine {
        let members = try FleetMembers(
            options: options, need: .words, knownNames: knownNames, maxOutputTokens: maxOutputTokens, onNotice: onNotice
        )
        do {
            try await members.gather()
            guard let server = members.anyServer else {
                throw ShotlistError(.internalFailure, "A fleet came together without a server.")
            }
            return FleetTextEngine(members: members, server: server)
        } catch {
            await members.shutDown()
            throw error
        }
    }

    public func answer(_ request: TextRequest) async throws -> TextAnswer {
        let answered = try await members.fleet.ask(prefers: nil) { [members] endpoint in
            let known =
                members.server(at: endpoint)
                ?? KnownServer(dialect: .plain, model: "", contextTokens: nil, media: nil)
            var chat = ChatBody(dialect: known.dialect, model: known.model)
            chat.system = request.system
            // Thoughts would cost several times a caption's tokens, and are no part of it.
            chat.forbidsThinking = true
            var body = chat.question(request.user, sampling: request.sampling, maxOutputTokens: request.maxOutputTokens)
            body.traceID = request.traceID
            return body
        }
        let read = try AnswerReading(answered.answer)
        let text = ThinkingBlock.removed(from: read.text).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else {
            throw ShotlistError(
                .emptyCaption, "The text model answered nothing.", remedy: "Try another prompt or another model.")
        }
        return TextAnswer(
            text: text, finishReason: read.finishReason, promptTokens: read.promptTokens,
            outputTokens: read.outputTokens, reusedTokens: read.reusedTokens)
    }

    public var statistics: EngineStatistics? {
        EngineStatistics(servers: members.statistics)
    }

    public func shutDown() async {
        await members.shutDown()
    }
}
