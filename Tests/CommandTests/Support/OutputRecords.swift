import Foundation
import TestOutput

/// What a run wrote for its user below a folder, without what tells of its work alone: times, attempts, the summary, and
/// what is below `.shotlist`.
struct OutputRecords: Equatable {
    /// Files by path; of records the JSON without those keys.
    let files: [String: Data]

    init(_ folder: Folder, _ output: String) throws {
        var files: [String: Data] = [:]
        for path in folder.files() where path.hasPrefix(output + "/") {
            let name = String(path.dropFirst(output.count + 1))
            guard name != "summary.json", !name.hasPrefix(".shotlist/") else { continue }
            let data = try Data(contentsOf: folder.url.appending(path: path))
            files[name] = name.hasSuffix(".json") ? try PlainRecord.json(data) : data
        }
        self.files = files
    }

    /// The paths whose files differ.
    func differences(from other: OutputRecords) -> [String] {
        Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }.sorted()
    }
}

/// What `SHOTLIST_TRACE` made a run write, in order.
struct TraceFile {
    /// An event about a window.
    struct Event: Decodable, Equatable {
        let event: String
        let window: String
        let settings: String
        let time: Double
    }

    let events: [Event]

    init(_ path: String) {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        // A kill may cut off the last line.
        events = text.split(separator: "\n").compactMap { line in
            try? JSONDecoder().decode(Event.self, from: Data(line.utf8))
        }
    }

    /// Windows that the engine was given after their captions were committed under the same settings.
    var askedAgain: [String] {
        var committed: Set<String> = []
        var again: [String] = []
        for event in events {
            let name = event.window + " " + event.settings
            switch event.event {
            case "committed": committed.insert(name)
            case "engine_begin" where committed.contains(name): again.append(event.window)
            default: break
            }
        }
        return again
    }

    func count(_ event: String) -> Int { events.count { $0.event == event } }
}
