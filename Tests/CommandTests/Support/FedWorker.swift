import Foundation
import Testing

/// A `shotlist worker` that a test feeds.
final class FedWorker: Sendable {
    /// A line that it said.
    struct Answer: Sendable {
        let type: String
        let id: String?
        let text: String

        init?(_ line: Substring) {
            guard let fields = Self.fields(String(line)), let type = fields["type"] as? String else { return nil }
            self.type = type
            id = fields["id"] as? String
            text = String(line)
        }

        var fields: [String: Any] { Self.fields(text) ?? [:] }
        var status: String? { fields["status"] as? String }
        var code: String? { fields["code"] as? String }

        /// The status of each video of a task, by path.
        var videos: [String: String] {
            let videos = fields["videos"] as? [[String: Any]] ?? []
            return Dictionary(videos.map { ($0["path"] as? String ?? "", $0["status"] as? String ?? "") }) { $1 }
        }

        private static func fields(_ text: String) -> [String: Any]? {
            (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]
        }
    }

    let process: Process
    private let input = Pipe()
    private let output: TemporaryFile
    private let errors: TemporaryFile

    /// Starts one.
    init(
        _ folder: Folder, _ name: String, _ more: [String] = [], output place: String = "out",
        environment: [String: String] = [:], trace: String = "trace.jsonl"
    ) throws {
        process = SmallSet.process(
            folder, ["worker", "--name", name, "--heartbeat", "0.5"] + more, output: place, environment: environment,
            trace: trace)
        (output, errors) = try Command.redirect(process)
        process.standardInput = input
        try process.run()
    }

    /// A line with a task.
    static func task(
        _ id: String, _ videos: [String], from: Double? = nil, to: Double? = nil, flags: [String] = SmallSet.flags
    ) throws -> String {
        let items = videos.map { path -> [String: Any] in
            var item: [String: Any] = ["path": path]
            if let from { item["from"] = from }
            if let to { item["to"] = to }
            return item
        }
        let task: [String: Any] = ["type": "task", "protocol": 1, "id": id, "arguments": flags, "videos": items]
        return String(decoding: try JSONSerialization.data(withJSONObject: task, options: [.sortedKeys]), as: UTF8.self)
    }

    /// Gives it lines.
    func give(_ lines: String...) throws {
        for line in lines { try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8)) }
    }

    /// Ends its input.
    func endInput() throws {
        try input.fileHandleForWriting.close()
    }

    /// What it has said so far.
    var answers: [Answer] {
        ((try? output.text()) ?? "").split(separator: "\n").compactMap { Answer($0) }
    }

    /// How a task ended; nil while it has not.
    func end(of id: String) -> Answer? {
        answers.first { $0.type == "done" && $0.id == id }
    }

    /// Waits on a thread of its own until something is so, or the worker is gone.
    func wait(until isSo: @escaping @Sendable (FedWorker) -> Bool) async throws {
        try await Command.onThread { [self] in Command.wait { isSo(self) || !process.isRunning } }
    }

    /// Waits for its end.
    func ended() async throws -> (status: Int32, errors: String) {
        try await Command.onThread { [self] in Command.wait { !process.isRunning } }
        let isOver = !process.isRunning
        try #require(isOver)
        return (process.terminationStatus, try errors.text())
    }
}
