import Foundation
import ShotlistCore
import ShotlistPipeline
import Synchronization
import TestOutput

/// What a run asked the engine for, committed, kept and said.
final class Watch: Sendable {
    private struct State {
        var asked: [Window.ID] = []
        var committed: [Window.ID] = []
        var opened = 0
        var notes: [String] = []
    }

    private let state = Mutex(State())

    /// Windows that were given to the engine, in order.
    var asked: [Window.ID] { state.withLock { $0.asked } }
    /// Windows whose captions were committed, in order.
    var committed: [Window.ID] { state.withLock { $0.committed } }
    /// Videos that were opened.
    var opened: Int { state.withLock { $0.opened } }
    /// Notes and warnings.
    var notes: [String] { state.withLock { $0.notes } }

    func take(_ event: RunEvent) {
        state.withLock { state in
            switch event {
            case .windowAsked(let window, _): state.asked.append(window)
            case .windowCommitted(let window, _): state.committed.append(window)
            case .videoOpened: state.opened += 1
            case .note(let text), .warning(let text): state.notes.append(text)
            default: break
            }
        }
    }
}

extension Run {
    /// Runs with `policy`, and stops when so many captions are committed.
    @discardableResult
    func callAsFunction(
        on workspace: Workspace, _ policy: ResumePolicy, _ watch: Watch = Watch(), stoppingAfter number: Int? = nil
    ) async throws -> RunSummary {
        let pipeline = try pipeline(workspace)
        let reached = AsyncStream<Void>.makeStream()
        let options = RunOptions(threads: 2, resume: policy) { event in
            watch.take(event)
            if let number, case .windowCommitted = event, watch.committed.count >= number {
                reached.continuation.yield()
            }
        }
        let task = Task {
            defer { reached.continuation.finish() }
            return try await pipeline.run(options: options)
        }
        for await _ in reached.stream { break }
        if number != nil { task.cancel() }
        return try await task.value
    }
}

/// Everything that a run wrote for its user, without what tells of its work alone: times, attempts, the summary.
struct OutputSnapshot: Equatable {
    /// Files by path; of records the JSON without those keys.
    let files: [String: Data]

    init(_ workspace: Workspace) throws {
        var files: [String: Data] = [:]
        for path in workspace.outputFiles() where path != "summary.json" {
            let data = try Data(contentsOf: workspace.output.appending(path: path))
            files[path] = path.hasSuffix(".json") ? try PlainRecord.json(data) : data
        }
        self.files = files
    }

    /// The paths whose files differ.
    func differences(from other: OutputSnapshot) -> [String] {
        Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }.sorted()
    }
}

extension Workspace {
    /// When each file of the output was written last.
    func times() throws -> [String: Date] {
        var times: [String: Date] = [:]
        for path in outputFiles() where path != "summary.json" {
            let attributes = try FileManager.default.attributesOfItem(atPath: output.appending(path: path).path)
            times[path] = attributes[.modificationDate] as? Date
        }
        return times
    }

    /// The records of all windows, by their ids.
    func allWindows() throws -> [Window.ID: [String: Any]] {
        var found: [Window.ID: [String: Any]] = [:]
        for name in clipNames() {
            for window in try json("metas/v0/\(name).json")["windows"] as? [[String: Any]] ?? [] {
                guard let start = window["start_frame"] as? Int, let end = window["end_frame"] as? Int else { continue }
                found["\(name)/\(start)_\(end)"] = window
            }
        }
        return found
    }

    /// What an undisturbed run writes; nothing of it stays.
    func undisturbed(_ run: Run) async throws -> OutputSnapshot {
        try await run(on: self, .anew)
        let whole = try OutputSnapshot(self)
        try FileManager.default.removeItem(at: output)
        return whole
    }
}
