import Foundation

/// A line that a worker says. `docs/worker-protocol.md` describes each.
enum WorkerAnswer: Sendable, Encodable {
    case hello(Hello)
    case started(Started)
    case heartbeat(Heartbeat)
    case done(Done)
    case error(Refused)
    case bye(Bye)

    struct Hello: Sendable, Encodable {
        let type = "hello"
        let `protocol` = WorkerProtocol.version
        let version = shotlistVersion
        let name: String
        let host: String
        let pid: Int32
        let atOnce = WorkerProtocol.atOnce
    }

    struct Started: Sendable, Encodable {
        let type = "started"
        let id: String
    }

    struct Heartbeat: Sendable, Encodable {
        let type = "heartbeat"
        let tasks: [String]
        let windows: Int
        let tokens: Int
        let seconds: Double
    }

    struct Refused: Sendable, Encodable {
        let type = "error"
        let id: String?
        let code: String
        let message: String
        let remedy: String?
    }

    struct Bye: Sendable, Encodable {
        let type = "bye"
        let reason: String
        let tasks: Int
    }

    /// How a task ended.
    struct Done: Sendable, Encodable {
        let type = "done"
        let id: String
        var status: String
        var seconds: Double
        var videos: [Video]
        var counts: Counts
        var code: String?
        var message: String?
    }

    struct Video: Sendable, Encodable {
        let path: String
        var status = "open"
        var clips = 0
        var windows = 0
        var keptWindows = 0
        var reason: String?
        var message: String?
    }

    struct Counts: Sendable, Encodable {
        var clips = 0
        var clipsWithErrors = 0
        var clipsSkipped = 0
        var windows = 0
        var keptWindows = 0
        var statuses: [String: Int] = [:]
        var reasons: [String: Int] = [:]
        var previews = 0
        var previewsFailed = 0
        var promptTokens = 0
        var outputTokens = 0
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .hello(let answer): try answer.encode(to: encoder)
        case .started(let answer): try answer.encode(to: encoder)
        case .heartbeat(let answer): try answer.encode(to: encoder)
        case .done(let answer): try answer.encode(to: encoder)
        case .error(let answer): try answer.encode(to: encoder)
        case .bye(let answer): try answer.encode(to: encoder)
        }
    }

    /// The line, with its end.
    var line: Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        // Texts and numbers of these kinds can always be written.
        return ((try? encoder.encode(self)) ?? Data("{}".utf8)) + Data([UInt8(ascii: "\n")])
    }
}
