import Foundation
import Testing

/// A data set of many short clips, and how a run is asked for them: for tests of runs that make parts of one output.
struct SmallSet {
    let folder: Folder
    /// What one run alone makes of it.
    let whole: OutputRecords
    /// Its summary.
    let summary: [String: Int]

    /// Flags of the run, but for the output.
    static let flags = [
        "--video-dir", "videos", "--captioning-algorithm", "demo", "--generate-captions", "--generate-previews",
        "--preview-target-height", "48", "--transcode-encoder", "copy", "--captioning-window-size", "10",
        "--captioning-remainder-threshold", "4", "--captioning-max-output-tokens", "4", "--captioning-batch-size", "1",
        "--fixed-stride-split-duration", "0.4", "--fixed-stride-min-clip-length-s", "0.2", "--threads", "1",
    ]

    /// The flags over videos elsewhere.
    static func flags(_ videos: String?) -> [String] {
        videos.map { ["--video-dir", $0] + flags.dropFirst(2) } ?? flags
    }

    /// Makes it of some seconds of real footage, under several names. What one run makes of it is found out once.
    init(videos: [String] = ["a", "b/c", "d"]) async throws {
        folder = try Folder()
        for name in videos { try folder.add("bikes", "videos/\(name).mp4") }
        (whole, summary) = try await UndisturbedRuns.shared.of(videos)
    }

    /// What of a summary is the same however the output was made.
    static func counts(_ folder: Folder) throws -> [String: Int] {
        let summary = try folder.json("out/summary.json")
        let keys = ["videos", "clips", "windows", "previews", "prompt_tokens", "output_tokens"]
        return Dictionary(uniqueKeysWithValues: keys.map { ($0, summary[$0] as? Int ?? -1) })
    }

    /// A process of a command that gets the flags.
    ///
    /// - Parameters:
    ///   - output: where it writes.
    ///   - videos: where its videos are; nil for the set's own.
    static func process(
        _ folder: Folder, _ command: [String], output: String = "out", videos: String? = nil,
        environment: [String: String] = [:], trace: String = "trace.jsonl"
    ) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments = command + ["--output-path", output] + (command[0] == "run" ? flags(videos) : [])
        process.currentDirectoryURL = folder.url
        process.environment = ProcessInfo.processInfo.environment.merging([
            "HF_HUB_OFFLINE": "1", "SHOTLIST_TRACE": folder.path(trace),
        ]) { $1 }.merging(environment) { $1 }
        return process
    }

    /// Runs a shard to its end.
    func shard(_ name: String, _ more: [String] = [], trace: String = "trace.jsonl") async throws -> Command.Outcome {
        try await Command.finish(Self.process(folder, ["run", "--shard", name] + more, trace: trace))
    }

    /// Merges.
    func merge() async throws -> Command.Outcome {
        try await Command.shotlist("merge", "out", folder: folder.url)
    }
}

/// What runs alone make of sets, each found out by one run.
private actor UndisturbedRuns {
    static let shared = UndisturbedRuns()

    private var known: [[String]: Task<(OutputRecords, [String: Int]), any Error>] = [:]

    func of(_ videos: [String]) async throws -> (OutputRecords, [String: Int]) {
        let task =
            known[videos]
            ?? Task {
                let folder = try Folder()
                for name in videos { try folder.add("bikes", "videos/\(name).mp4") }
                let run = try await Command.finish(SmallSet.process(folder, ["run"]))
                try #require(run.status == 0, "\(run.errors)")
                return (try OutputRecords(folder, "out"), try SmallSet.counts(folder))
            }
        known[videos] = task
        return try await task.value
    }
}
