import Foundation
import NIOHTTP1

extension TestServer {
    /// Takes a request: a number for it, and what is answered.
    func take(_ head: HTTPRequestHead, _ body: Data) -> (id: Int, answer: ServerAnswer) {
        state.withLock { state in
            state.lastID += 1
            let isChat = head.uri.hasSuffix("/chat/completions")
            if isChat {
                state.open.insert(state.lastID)
                state.mostOpen = max(state.mostOpen, state.open.count)
            }
            let asked = Self.asked(in: body)
            let request = Request(
                uri: head.uri, headers: head.headers.map { (name: $0.name, value: $0.value) }, body: body, came: .now,
                inFlight: state.open.count, model: asked.model, question: asked.question)
            state.requests.append(request)
            let answer = Self.plain(request, isJSON: asked.isJSON, state.manner)
            guard let index = state.faults.firstIndex(where: { $0.times > 0 && request.isMeant(by: $0.part) }) else {
                return (state.lastID, answer)
            }
            state.faults[index].times -= 1
            return (state.lastID, answer.with(state.faults[index].fault, for: request, of: state.manner.kind))
        }
    }

    /// Says that a chat is answered, or that nobody waits for it any more.
    func end(_ id: Int) {
        state.withLock { _ = $0.open.remove(id) }
    }

    /// The model and the last words of a body.
    private static func asked(in body: Data) -> (isJSON: Bool, model: String, question: String) {
        guard let object = (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] else {
            return (false, "", "")
        }
        let message = (object["messages"] as? [[String: Any]])?.last
        let parts = message?["content"] as? [[String: Any]]
        let text = parts?.last { $0["type"] as? String == "text" }?["text"] as? String
        let question = message?["content"] as? String ?? text
        return (true, object["model"] as? String ?? "", question ?? "")
    }

    private static func plain(_ request: Request, isJSON: Bool, _ manner: Manner) -> ServerAnswer {
        if let key = manner.key, request.header("Authorization") != "Bearer \(key)" {
            return .json(#"{"error":"Unauthorized"}"#, status: 401)
        }
        switch request.uri {
        case "/v1/models": return .json(manner.modelList)
        case "/v1/metadata" where manner.kind == .nim: return .json(#"{"version":"1.0.0"}"#)
        case "/props" where manner.kind == .llamaServer: return .json(manner.llamaFacts)
        case "/v1/chat/completions": return chat(request, isJSON: isJSON, manner)
        default: return .json(#"{"detail":"Not Found"}"#, status: 404)
        }
    }

    private static func chat(_ request: Request, isJSON: Bool, _ manner: Manner) -> ServerAnswer {
        guard isJSON else { return .json(#"{"error":{"message":"The body is not JSON."}}"#, status: 400) }
        guard manner.models.contains(request.model) else {
            return .json(ServerAnswer.unknownModel(request.model), status: 404)
        }
        if !manner.takesVideo, request.holds(#""type":"video_url""#) {
            let words = "At most 0 video(s) may be provided in one prompt."
            return .json(#"{"error":{"message":"\#(words)","type":"BadRequestError","code":400}}"#, status: 400)
        }
        let completion = Completion(model: request.model, content: manner.words(request), usage: manner.usage)
        return ServerAnswer(body: completion.json)
    }
}

extension TestServer.Request {
    /// Whether it asks for an answer.
    package var isChat: Bool { uri.hasSuffix("/chat/completions") }

    fileprivate func isMeant(by part: String) -> Bool {
        part.hasPrefix("/") ? uri.contains(part) : isChat && (part.isEmpty || holds(part))
    }
}

extension TestServer.Manner {
    /// `GET /v1/models`, as this kind of server has it.
    fileprivate var modelList: String {
        let entries = models.map { name in
            let start = #"{"id":"\#(name)","object":"model","created":1,"#
            switch kind {
            case .vllm, .nim:
                let length = contextTokens.map { #","max_model_len":\#($0)"# } ?? ""
                return start + #""owned_by":"vllm","root":"/models/\#(name)","parent":null\#(length)}"#
            case .sglang:
                let length = contextTokens.map { #","max_model_len":\#($0)"# } ?? ""
                return start + #""owned_by":"sglang","root":"\#(name)"\#(length)}"#
            case .llamaServer: return start + #""owned_by":"llamacpp","meta":{"n_ctx_train":131072}}"#
            case .plain: return start + #""owned_by":"somebody"}"#
            }
        }
        return #"{"object":"list","data":[\#(entries.joined(separator: ","))]}"#
    }

    /// `GET /props` of llama.cpp's server.
    fileprivate var llamaFacts: String {
        let context = contextTokens.map { "\($0)" } ?? "null"
        return #"{"default_generation_settings":{"n_ctx":\#(context)},"#
            + #""modalities":{"vision":\#(hasVision),"audio":false,"video":\#(takesVideo)}}"#
    }
}

extension TestServer.Kind {
    /// How it says that a prompt is longer than its context.
    var contextError: String {
        switch self {
        case .vllm, .nim:
            #"{"error":{"message":"This model's maximum context length is 4096 tokens. However, your request has 5000 "#
                + #"input tokens. Please reduce the length of the input messages.","type":"BadRequestError","#
                + #""param":"input_tokens","code":400}}"#
        case .sglang:
            #"{"object":"error","message":"The input (5000 tokens) is longer than the model's context length (4096 "#
                + #"tokens).","type":"BadRequestError","param":null,"code":400}"#
        case .llamaServer:
            #"{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","#
                + #""type":"exceed_context_size_error","n_prompt_tokens":5000,"n_ctx":4096}}"#
        case .plain:
            #"{"error":{"message":"Too many tokens.","type":"invalid_request_error","param":"messages","#
                + #""code":"context_length_exceeded"}}"#
        }
    }
}
