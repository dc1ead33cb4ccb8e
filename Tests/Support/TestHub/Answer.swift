import Foundation

/// An answer of the test hub, before it is sent.
struct Answer: Sendable {
    var status = 200
    var headers: [(String, String)] = []
    var body = Data()
    /// Bytes of the body that are sent before the connection is closed; nil for all.
    var sent: Int?
    /// Whether the connection stays open until the hub is told to go on.
    var isCutHeld = false

    static func json(_ text: String, headers: [(String, String)] = []) -> Answer {
        Answer(headers: headers + [("Content-Type", "application/json")], body: Data(text.utf8))
    }

    static func error(_ status: Int, _ code: String, _ message: String = "") -> Answer {
        Answer(status: status, headers: [("X-Error-Code", code), ("X-Error-Message", message)])
    }

    /// A file's bytes, or the range of them that is asked for.
    static func file(_ data: Data, range: String?) -> Answer {
        guard let range, let start = Int(range.dropFirst("bytes=".count).prefix { $0 != "-" }) else {
            return Answer(body: data)
        }
        guard start < data.count else { return Answer(status: 416) }
        return Answer(
            status: 206, headers: [("Content-Range", "bytes \(start)-\(data.count - 1)/\(data.count)")],
            body: data.dropFirst(start))
    }

    /// The answer with a fault; `whole` is the file's bytes.
    func with(_ fault: Fault, uri: String, whole: Data) -> Answer {
        var answer = self
        switch fault {
        case .cut(let count, let isHeld):
            answer.isCutHeld = isHeld
            answer.sent = min(count, body.count)
        case .wrongRange:
            guard status == 206 else { return answer }
            answer.headers = [("Content-Range", "bytes 0-\(body.count - 1)/\(whole.count)")]
            answer.body = whole.prefix(body.count)
        case .ignoresRange: return Answer(body: whole)
        case .lyingLength(let length):
            answer.body = body.prefix(length) + Data(count: max(0, length - body.count))
        case .wrongByte:
            var bytes = [UInt8](body)
            if !bytes.isEmpty { bytes[bytes.count / 2] ^= 1 }
            answer.body = Data(bytes)
        case .status(let status, let pause):
            return Answer(status: status, headers: pause.map { [("Retry-After", $0)] } ?? [])
        case .redirect(let host): return Answer(status: 302, headers: [("Location", host + uri)])
        case .held: break
        }
        return answer
    }
}
