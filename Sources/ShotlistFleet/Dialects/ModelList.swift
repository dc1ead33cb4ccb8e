import Foundation

/// What a server says of its models (`GET models`).
struct ModelList: Decodable, Sendable {
    /// One model.
    struct Model: Decodable, Sendable, Hashable {
        /// The name by which it is asked for.
        let id: String
        /// What runs it: `vllm`, `sglang`, `llamacpp`.
        let ownedBy: String?
        /// Where its files come from: vLLM's and SGLang's field.
        let root: String?
        /// Tokens of its context.
        let contextTokens: Int?

        private enum CodingKeys: String, CodingKey {
            case id, root, meta
            case ownedBy = "owned_by"
            case contextTokens = "max_model_len"
        }

        private struct Meta: Decodable {
            let n_ctx: Int?
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            id = try fields.decode(String.self, forKey: .id)
            ownedBy = try? fields.decodeIfPresent(String.self, forKey: .ownedBy)
            root = try? fields.decodeIfPresent(String.self, forKey: .root)
            let length = try? fields.decodeIfPresent(Int.self, forKey: .contextTokens)
            let meta = try? fields.decodeIfPresent(Meta.self, forKey: .meta)
            contextTokens = length ?? meta?.n_ctx
        }
    }

    let data: [Model]

    /// The model to ask for.
    ///
    /// - Parameters:
    ///   - wanted: the name that the user gave; nil when none was given.
    ///   - known: the names under which the variant's checkpoint may be served.
    func model(_ wanted: String?, known: [String]) -> Model? {
        if let wanted { return data.first { $0.id == wanted } ?? data.first { $0.root == wanted } }
        if data.count == 1 { return data[0] }
        return data.first { known.contains($0.id) } ?? data.first { known.contains($0.root ?? "") }
    }
}

/// What llama.cpp's server says of itself (`GET /props`), as far as it is read.
struct LlamaServerFacts: Decodable, Sendable {
    struct Modalities: Decodable, Sendable {
        let vision: Bool?
        let video: Bool?
    }

    struct Settings: Decodable, Sendable {
        let n_ctx: Int?
    }

    let modalities: Modalities?
    let default_generation_settings: Settings?
}
