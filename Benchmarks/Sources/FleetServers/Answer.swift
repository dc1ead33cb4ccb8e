import NIOCore
import NIOHTTP1

/// What servers say.
struct Answer: Sendable {
    let status: HTTPResponseStatus
    let json: String

    /// A chat completion.
    static func caption(_ text: String) -> Answer {
        Answer(
            status: .ok,
            json: """
                {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"bench","choices":[{"index":0,\
                "finish_reason":"stop","logprobs":null,"message":{"role":"assistant","content":"\(text)"}}],\
                "usage":{"prompt_tokens":1072,"completion_tokens":64,"total_tokens":1136}}
                """)
    }

    /// The same for every question.
    static let always = caption(
        """
        A man rides a bicycle along a tree-lined street on a sunny day. Cars are parked on both sides. He turns left at \
        the corner and passes two women who walk a dog, while the camera follows him from behind and comes to a rest.
        """)

    static let models = Answer(
        status: .ok,
        json: """
            {"object":"list","data":[{"id":"bench","object":"model","created":1,"owned_by":"vllm","root":"bench",\
            "max_model_len":32768}]}
            """)
    static let notFound = Answer(status: .notFound, json: "{\"detail\":\"Not Found\"}")
    static let busy = Answer(
        status: .tooManyRequests, json: "{\"error\":{\"message\":\"The queue is full.\",\"code\":429}}")
    static let failure = Answer(
        status: .internalServerError, json: "{\"error\":{\"message\":\"The engine is gone.\",\"code\":500}}")

    func send(on channel: any Channel) {
        let body = ByteBuffer(string: json)
        let headers = HTTPHeaders([
            ("Content-Type", "application/json"), ("Content-Length", "\(body.readableBytes)"),
        ])
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        channel.write(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil)
        channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
    }
}
