import Foundation
import ShotlistCore

/// A line that a worker is given. `docs/worker-protocol.md` describes it.
enum WorkerRequest: Sendable {
    /// Something to do.
    case task(WorkerTask)
    /// Finish what there is, and end.
    case drain

    /// Reads a line.
    ///
    /// - Throws: ``WorkerRefusal`` for a line that is none, with the task's id where it could be read.
    init(line: Data) throws(WorkerRefusal) {
        guard let value = try? JSONSerialization.jsonObject(with: line), let fields = value as? [String: Any] else {
            throw WorkerRefusal(code: "bad_line", message: "The line is no JSON object.")
        }
        let id = fields["id"] as? String
        if let version = fields["protocol"], (version as? Int) != WorkerProtocol.version {
            throw WorkerRefusal(
                id: id, code: "protocol_mismatch",
                message: "The line is of version \(version) of the protocol, and this worker speaks version "
                    + "\(WorkerProtocol.version).",
                remedy: "Use a driver and a worker of the same release.")
        }
        switch fields["type"] as? String {
        case "drain": self = .drain
        case "task": self = .task(try WorkerTask(fields))
        case let type:
            throw WorkerRefusal(
                id: id, code: "bad_line", message: "There is no line of the type '\((type ?? "").printable)'.")
        }
    }
}

/// Numbers that both sides of the protocol know.
enum WorkerProtocol {
    /// The version of the lines.
    static let version = 1
    /// The most bytes of a line.
    static let mostBytes = 16 << 20
    /// The most tasks that are taken at a time.
    static let mostTasks = 64
    /// How many tasks keep a worker busy.
    static let atOnce = 2
    /// The most videos of a task.
    static let mostVideos = 1000
}

/// Why a line is not taken.
struct WorkerRefusal: Error {
    var id: String?
    let code: String
    let message: String
    var remedy: String?
}

extension WorkerRefusal {
    /// A task that cannot be carried out.
    init(id: String, _ error: ShotlistError) {
        self.init(id: id, code: error.code.rawValue, message: error.message, remedy: error.remedy)
    }
}

/// Videos, or parts of them, and how they are worked on.
struct WorkerTask: Sendable {
    /// One video of a task.
    struct Item: Sendable, Hashable {
        let path: String
        /// Which clips: those that begin in it, in seconds; nil for all.
        let span: ClipSpan?
    }

    let id: String
    /// Flags of `shotlist run`.
    let arguments: [String]
    let items: [Item]

    init(_ fields: [String: Any]) throws(WorkerRefusal) {
        guard let id = fields["id"] as? String, !id.isEmpty, id.count <= 200 else {
            throw WorkerRefusal(
                id: fields["id"] as? String, code: "bad_line", message: "A task needs an 'id' of 1 to 200 characters.")
        }
        func refusal(_ message: String) -> WorkerRefusal {
            WorkerRefusal(id: id, code: "bad_line", message: message)
        }
        guard fields["protocol"] != nil else { throw refusal("A task needs the 'protocol' that it is of.") }
        guard let arguments = fields["arguments"] as? [String] else {
            throw refusal("A task needs 'arguments', a list of texts.")
        }
        guard let videos = fields["videos"] as? [[String: Any]], !videos.isEmpty,
            videos.count <= WorkerProtocol.mostVideos
        else { throw refusal("A task needs 'videos', a list of 1 to \(WorkerProtocol.mostVideos) objects.") }
        self.id = id
        self.arguments = arguments
        var items: [Item] = []
        for video in videos {
            guard let path = video["path"] as? String, !path.isEmpty, !path.contains("\0") else {
                throw refusal("A video needs a 'path'.")
            }
            items.append(Item(path: path, span: try Self.span(video, refusal)))
        }
        self.items = items
    }

    private static func span(
        _ video: [String: Any], _ refusal: (String) -> WorkerRefusal
    ) throws(WorkerRefusal) -> ClipSpan? {
        guard video["from"] != nil || video["to"] != nil else { return nil }
        let (from, to) = (video["from"] ?? 0, video["to"] ?? Double.greatestFiniteMagnitude)
        guard let start = (from as? NSNumber)?.doubleValue, let end = (to as? NSNumber)?.doubleValue, start >= 0,
            end > start
        else { throw refusal("'from' and 'to' are seconds, 'from' at least 0 and less than 'to'.") }
        return ClipSpan(start: start, end: end)
    }
}
