import Foundation
import Testing

extension Folder {
    /// Draws the demo's clip: a red circle that goes from left to right in 100 frames, 25 a second.
    func drawCircle(_ name: String) async throws {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let script = Repository.root.appending(path: "scripts/demo-clip.sh").path
        let drawing = try await Command.run("/bin/bash", [script, file.path])
        try #require(drawing.status == 0, "\(drawing.errors)")
    }

    /// Puts the videos of `make demo` in a folder: the real footage and the drawn clip.
    ///
    /// - Returns: their names, sorted.
    func addDemoVideos(_ folder: String) async throws -> [String] {
        let footage = ["bigbuckbunny", "bikes", "carphone_distorted", "carphone_pristine"]
        for name in footage { try add(name, "\(folder)/\(name).mp4") }
        try await drawCircle("\(folder)/red-circle.mp4")
        return (footage + ["red-circle"]).map { $0 + ".mp4" }
    }

    /// The windows of a run's records, with their clips and videos, in the order of videos and in them of time.
    func recordedWindows(_ output: String) throws -> [RecordedWindow] {
        let records = try files().filter { $0.hasPrefix("\(output)/metas/v0/") }.map(json)
        return try records.flatMap { record -> [RecordedWindow] in
            let clip = try #require(record["span_uuid"] as? String)
            let video = try #require(record["source_video"] as? String)
            let windows = try #require(record["windows"] as? [[String: Any]])
            return try windows.map { window in
                RecordedWindow(
                    clip: clip, video: URL(filePath: video).lastPathComponent,
                    first: try #require(window["start_frame"] as? Int),
                    caption: try #require(window["demo_caption"] as? String),
                    prompt: try #require(window["prompt_hash"] as? String),
                    earlier: (window["caption_history"] as? [[String: Any]] ?? []).compactMap {
                        $0["current"] as? Bool == true ? nil : $0["demo_caption"] as? String
                    })
            }
        }.sorted { ($0.video, $0.first) < ($1.video, $1.first) }
    }
}

/// A window as the demo model's record has it.
struct RecordedWindow: Equatable {
    let clip: String
    /// The video's file name.
    let video: String
    /// Its first frame, counted in the clip.
    let first: Int
    var caption: String
    /// The hash of the prompt that was answered.
    let prompt: String
    /// Captions that are no longer the current one, the oldest first.
    let earlier: [String]
}
