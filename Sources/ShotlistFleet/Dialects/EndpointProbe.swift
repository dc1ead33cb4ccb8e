import Foundation
import ShotlistCore

/// Looks at a server before it is asked: what it is, which models it has, and whether it takes frames.
struct EndpointProbe: Sendable {
    let transport: FleetTransport
    /// The model that the user named.
    let model: String?
    /// Names under which the variant's checkpoint may be served.
    let knownNames: [String]
    /// What the user says the server is.
    let dialect: Dialect.Kind?
    /// What it is to be sent.
    let need: Need

    /// What a server is to be sent.
    enum Need: Sendable, Hashable {
        /// Words alone.
        case words
        /// Frames, in the form that the user names, or in the best that it takes.
        case frames(MediaForm?)
    }

    /// What a server is.
    ///
    /// - Throws: ``ShotlistError``: `engine_failed` when it does not answer, which may be otherwise in a while;
    ///   `endpoint_refused`, `invalid_argument` or `not_available` when it cannot serve this run. `CancellationError`.
    func look(at server: Endpoint) async throws -> KnownServer {
        let models = try await models(of: server)
        guard let model = models.model(self.model, known: knownNames) else {
            throw unknownModel(at: server, models)
        }
        let kind: Dialect.Kind
        if let dialect { kind = dialect } else { kind = try await self.kind(of: model, at: server) }
        let dialect = Dialect.of(kind)
        let facts = kind == .llamaServer ? try await llamaFacts(of: server) : nil
        return KnownServer(
            dialect: dialect, model: model.id,
            contextTokens: facts?.default_generation_settings?.n_ctx ?? model.contextTokens,
            media: try media(for: dialect, facts: facts, model: model.id, server: server))
    }

    // MARK: Models

    private func models(of server: Endpoint) async throws -> ModelList {
        let response = try await transport.get(server.address(of: "models"), of: server)
        switch response.status {
        case 200: break
        case 401, 403:
            throw ShotlistError(
                .endpointRefused, "\(server) does not take the key (HTTP \(response.status)).",
                remedy: "Give the right one by --api-key-env or --api-key-file.")
        case 429, 500...:
            throw ShotlistError(.engineFailed, "\(server) is not ready yet (HTTP \(response.status)).")
        default:
            throw ShotlistError(
                .invalidArgument, "\(server) has no list of models (HTTP \(response.status)).",
                remedy: "Give the address below which 'models' and 'chat/completions' are, such as http://gpu1:8000/v1."
            )
        }
        guard let list = try? JSONDecoder().decode(ModelList.self, from: response.body), !list.data.isEmpty else {
            throw ShotlistError(
                .invalidArgument, "\(server) does not list its models as an OpenAI-compatible server does.",
                remedy: "Give the address below which 'models' and 'chat/completions' are, such as http://gpu1:8000/v1."
            )
        }
        return list
    }

    private func unknownModel(at server: Endpoint, _ models: ModelList) -> ShotlistError {
        let names = models.data.prefix(20).map { ErrorAnswer.line($0.id) }.joined(separator: ", ")
        guard let model else {
            return ShotlistError(
                .endpointRefused, "\(server) has several models, and none has this variant's name: \(names).",
                remedy: "Say which by --endpoint-model.")
        }
        return ShotlistError(
            .endpointRefused, "\(server) does not have the model '\(model)'; it has \(names).",
            remedy: "Give one of these by --endpoint-model, or start the server with this one.")
    }

    // MARK: Kind

    private func kind(of model: ModelList.Model, at server: Endpoint) async throws -> Dialect.Kind {
        switch model.ownedBy?.lowercased() {
        case "llamacpp": return .llamaServer
        case "sglang": return .sglang
        case "vllm": return try await isThere("v1/metadata", at: server) ? .nim : .vllm
        default: return try await isThere("v1/metadata", at: server) ? .nim : .plain
        }
    }

    private func isThere(_ path: String, at server: Endpoint) async throws -> Bool {
        let response = try await transport.get(server.rootAddress(of: path), of: server)
        // Gateways show a page of their own for what they do not know.
        return response.status == 200 && (try? JSONSerialization.jsonObject(with: response.body)) is [String: Any]
    }

    private func llamaFacts(of server: Endpoint) async throws -> LlamaServerFacts? {
        let response = try await transport.get(server.rootAddress(of: "props"), of: server)
        return try? JSONDecoder().decode(LlamaServerFacts.self, from: response.body)
    }

    // MARK: Frames

    private func media(
        for dialect: Dialect, facts: LlamaServerFacts?, model: String, server: Endpoint
    ) throws(ShotlistError) -> MediaForm? {
        guard case .frames(let wanted) = need else { return nil }
        if let modalities = facts?.modalities, modalities.vision != true {
            throw ShotlistError(
                .notAvailable, "\(server) runs '\(model)' without a vision projector, and takes no frames.",
                remedy: "Start llama-server with --mmproj.")
        }
        // Frames that are sent as they are, one way or the other: what is recorded as shown was shown.
        guard let wanted else { return dialect.media.contains(.frames) ? .frames : .images }
        guard dialect.media.contains(wanted), !(wanted == .mp4 && facts?.modalities?.video == false) else {
            let others = dialect.media.map(\.rawValue).joined(separator: ", ")
            throw ShotlistError(
                .notAvailable, "\(server) (\(dialect.kind.rawValue)) takes no '\(wanted.rawValue)'.",
                remedy: "Use --endpoint-media \(others), or say what the server is by --endpoint-dialect.")
        }
        return wanted
    }
}
