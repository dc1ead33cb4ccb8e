import Foundation
import NIOCore
import NIOHTTP1

/// An answer of the test server, before it is sent.
struct ServerAnswer: Sendable {
    /// What becomes of the connection.
    enum Ending: Sendable {
        case staysOpen, closes
        /// The answer never comes.
        case hangs
        /// A space now and then behind the head, for ever.
        case drips
    }

    var status = 200
    var headers = [("Content-Type", "application/json")]
    var body = Data()
    /// What is added to `Content-Length`.
    var lie = 0
    /// Whether only half of the body is sent.
    var isHalf = false
    var isChunked = false
    var copies = 1
    var delay: Duration?
    var ending = Ending.staysOpen

    static func json(_ text: String, status: Int = 200) -> ServerAnswer {
        ServerAnswer(status: status, body: Data(text.utf8))
    }

    /// What goes over the wire.
    var bytes: ByteBuffer {
        var buffer = ByteBuffer()
        for _ in 0..<copies { append(to: &buffer) }
        return buffer
    }

    private func append(to buffer: inout ByteBuffer) {
        buffer.writeString("HTTP/1.1 \(HTTPResponseStatus(statusCode: status))\r\n")
        for (name, value) in headers { buffer.writeString("\(name): \(value)\r\n") }
        guard !isChunked else {
            buffer.writeString("Transfer-Encoding: chunked\r\n\r\n\(String(body.count, radix: 16))\r\n")
            buffer.writeBytes(body)
            buffer.writeString("\r\n0\r\n\r\n")
            return
        }
        buffer.writeString("Content-Length: \(body.count + lie)\r\n\r\n")
        buffer.writeBytes(isHalf ? body.prefix(body.count / 2) : body)
    }
}

extension ServerAnswer {
    /// The answer with a fault.
    func with(_ fault: ServerFault, for request: TestServer.Request, of kind: TestServer.Kind) -> ServerAnswer {
        var answer = self
        switch fault {
        case .hangs: answer.ending = .hangs
        case .late(let delay): answer.delay = delay
        case .closes:
            answer.copies = 0
            answer.ending = .closes
        case .halfBody:
            answer.isHalf = true
            answer.ending = .closes
        case .drips:
            // The spaces that come are those before the JSON text.
            answer.body = Data()
            answer.lie = 1_000_000
            answer.ending = .drips
        case .status(let status, let pause, let body):
            answer = .json(body, status: status)
            if let pause { answer.headers.append(("Retry-After", pause)) }
        case .contextTooShort: answer = .json(kind.contextError, status: 400)
        case .modelNotFound: answer = .json(Self.unknownModel(request.model), status: 404)
        case .keyRefused:
            let words = "Incorrect API key provided: \(request.header("Authorization") ?? "none")"
            answer = .json(#"{"error":{"message":"\#(words)","code":"invalid_api_key"}}"#, status: 401)
        case .redirect(let server):
            answer = ServerAnswer(status: 307, headers: [("Location", server + request.uri)])
        case .body(let text): answer = .json(text)
        case .content(let words, let reason):
            answer.body = Completion(content: words, finishReason: reason).json
        case .notUTF8:
            // 0xff is no byte of UTF-8, and is one of Latin-1.
            let halves = Completion(content: "caf#").json.split(separator: UInt8(ascii: "#"), maxSplits: 1)
            answer.body = Data(halves.joined(separator: [0xff]))
        case .lyingLength(let lie): answer.lie = lie
        case .huge(let count):
            answer.body = Data(repeating: UInt8(ascii: " "), count: count) + body
            answer.isChunked = true
        case .twice: answer.copies = 2
        }
        return answer
    }

    static func unknownModel(_ name: String) -> String {
        #"{"error":{"message":"The model `\#(name)` does not exist.","type":"NotFoundError","param":"model","#
            + #""code":404}}"#
    }
}

/// A chat completion.
struct Completion {
    var model = ""
    var content: String?
    var finishReason = "stop"
    var usage = TestServer.Usage()

    var json: Data {
        let usage: [String: Any] = [
            "prompt_tokens": usage.prompt, "completion_tokens": usage.output,
            "total_tokens": usage.prompt &+ usage.output,
            "prompt_tokens_details": ["cached_tokens": usage.cached],
        ]
        let message: [String: Any] = ["role": "assistant", "content": content.map { $0 as Any } ?? NSNull()]
        let object: [String: Any] = [
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": model,
            "choices": [["index": 0, "message": message, "finish_reason": finishReason] as [String: Any]],
            "usage": usage,
        ]
        // What is made here is JSON always.
        return (try? JSONSerialization.data(withJSONObject: object)) ?? Data()
    }
}
