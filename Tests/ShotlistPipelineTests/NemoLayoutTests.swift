import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistPipeline
import Testing

/// Fixtures/nemo_output is what NeMo Curator 1.4.0 itself wrote for this video; see its README.
@Suite("What reads NeMo Curator's output can read ours")
struct NemoLayoutTests {
    @Test("same paths, keys and kinds of values as a real output tree")
    func layout() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "set1/bikes.mp4")
        var run = try Run()
        run.enhancement = try CaptionEnhancementStage { _ in ScriptedTextEngine { _ in .saying("enhanced") } }
        let summary = try await run(on: workspace)
        #expect(summary.isComplete)

        let name = try #require(workspace.clipNames().first)
        #expect(
            workspace.outputFiles() == [
                "clips/\(name).mp4",
                "metas/v0/\(name).json",
                "previews/\(name)/0_249.webp",
                "processed_clip_chunks/set1/bikes.mp4_0.json",
                "processed_videos/set1/bikes.mp4.json",
                "summary.json",
            ])
        try expectFits(
            workspace.json("metas/v0/\(name).json"), "metas/v0/328802ad-c486-5ef7-ae7e-7d60585b8df9.json")
        try expectFits(
            workspace.json("processed_videos/set1/bikes.mp4.json"), "processed_videos/set1/bikes.mp4.json")
        try expectFits(
            workspace.json("processed_clip_chunks/set1/bikes.mp4_0.json"),
            "processed_clip_chunks/set1/bikes.mp4_0.json")
        let chunk = try workspace.json("processed_clip_chunks/set1/bikes.mp4_0.json")
        let enhanced = chunk["all_windows_enhanced_caption"] as? [String: [String: String]]
        #expect(enhanced == [name: ["0_249": "enhanced"]])
    }

    @Test("the values that do not depend on the encoder are the same, too")
    func values() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "set1/bikes.mp4")
        try await Run()(on: workspace)
        let ours = try workspace.json("processed_videos/set1/bikes.mp4.json")
        for (key, value) in try reference("processed_videos/set1/bikes.mp4.json") where key != "video" {
            #expect(ours[key] as? NSObject == value as? NSObject, "\(key)")
        }
        let meta = try workspace.json("metas/v0/\(try #require(workspace.clipNames().first)).json")
        let theirs = try reference("metas/v0/328802ad-c486-5ef7-ae7e-7d60585b8df9.json")
        for key in ["duration_span", "width", "height", "framerate", "num_frames", "valid", "framerate_source"] {
            #expect(meta[key] as? NSObject == theirs[key] as? NSObject, "\(key)")
        }
    }

    @Test("numbers that Python would write as floats are written as floats, and captions may hold any character")
    func text() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "set1/bikes.mp4")
        let words = "a \"quote\", a \\ and a / \u{1}\u{1f}\n\r\t\u{2028} é 🎬"
        var run = try Run()
        run.answer = { _ in .saying(words) }
        try await run(on: workspace)
        let name = try #require(workspace.clipNames().first)
        for (path, pieces) in [
            ("metas/v0/\(name).json", ["\"framerate\": 25.0", "\"framerate_source\": 25.0", "    0.0,\n    10.0\n"]),
            (
                "processed_videos/set1/bikes.mp4.json",
                ["\"framerate\": 25.0", "\"duration\": 10.0", "\"height\": 272,"]
            ),
            (
                "processed_clip_chunks/set1/bikes.mp4_0.json",
                ["\"total_clip_duration\": 10.0", "\"max_clip_duration\": 10.0"]
            ),
        ] {
            let text = try String(contentsOf: workspace.output.appending(path: path), encoding: .utf8)
            for piece in pieces { #expect(text.contains(piece), "\(piece) in \(path)") }
        }
        let windows = try workspace.json("metas/v0/\(name).json")["windows"] as? [[String: Any]]
        #expect(windows?.first?["qwen_caption"] as? String == words)
    }

    @Test("a clip's id is NeMo Curator's")
    func clipID() {
        let id = ClipID.make(inputPath: "videos/set1/bikes.mp4", startFrame: 0, endFrame: 250)
        #expect(id.uuidString.lowercased() == "328802ad-c486-5ef7-ae7e-7d60585b8df9")
    }

    private func reference(_ path: String) throws -> [String: Any] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/nemo_output")
        let data = try Data(contentsOf: folder.appending(path: path))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// Every key of theirs is in ours with a value of the same kind, all the way down.
    private func expectFits(_ ours: [String: Any], _ path: String) throws {
        expectFits(ours, try reference(path), at: path)
    }

    private func expectFits(_ ours: Any?, _ theirs: Any, at path: String) {
        switch theirs {
        case let theirs as [String: Any]:
            guard let ours = ours as? [String: Any] else {
                Issue.record("\(path) is not an object")
                return
            }
            // Objects whose keys are ids or windows are compared by their values' kind alone.
            if theirs.keys.contains(where: { $0.contains("328802ad") || $0.contains("_249") }) {
                guard let first = theirs.first, let mine = ours.first else { return }
                return expectFits(mine.value, first.value, at: path + "/*")
            }
            for (key, value) in theirs {
                #expect(ours[key] != nil, "\(path)/\(key) is missing")
                expectFits(ours[key], value, at: "\(path)/\(key)")
            }
        case let theirs as [Any]:
            guard let ours = ours as? [Any] else {
                Issue.record("\(path) is not a list")
                return
            }
            if let first = theirs.first { expectFits(ours.first, first, at: path + "/0") }
        case is NSNull: #expect(ours is NSNull, "\(path)")
        case is String: #expect(ours is String, "\(path)")
        case is NSNumber: #expect(ours is NSNumber, "\(path)")
        default: Issue.record("\(path) is of an unknown kind")
        }
    }
}
