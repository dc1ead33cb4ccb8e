import Foundation
import ShotlistCatalog
import ShotlistCore
import Testing

@Suite("Records become windows")
struct RecordTests {
    @Test("a record of Shotlist says all that a list shows")
    func own() async throws {
        let output = try SampleOutput()
        let keys = try output.write(
            SampleClip(clip: 1, captions: ["A man rides a red bike down the hill.", nil]))
        try output.write(
            Data(#"{"video": "videos/set1/bikes.mp4"}"#.utf8), as: "processed_videos/set1/bikes.mp4.json")
        try output.write(Data([1]), as: "previews/\(keys[0].text).webp")
        let catalog = try await output.open()
        let windows = try await catalog.windows()
        #expect(windows.map(\.key) == keys)
        let window = try #require(windows.first)
        #expect(window.source == "videos/set1/bikes.mp4" && window.relativePath == "set1/bikes.mp4")
        #expect(window.clipSpan == 10...20 && window.windowSpan == 10...14 && window.frames == 100)
        #expect(window.fps == 25 && window.width == 640 && window.height == 272)
        #expect(window.captions == CaptionSet(caption: "A man rides a red bike down the hill."))
        #expect(window.variant == "qwen" && window.model == "qwen3-vl" && window.modelRevision == "abc")
        #expect(window.tokens == TokenCounts(prompt: 1000, reused: 0, output: 40) && window.seconds == 1.5)
        #expect(window.framesShown == [0, 50] && window.frameTimes == [10, 12])
        #expect(window.hasPreview && !window.hasClip && window.version == 0 && window.flags.isEmpty)
        #expect(windows[1].status == .error && windows[1].reason == "engine_failed" && windows[1].flags == ["empty"])
        try await catalog.close()
    }

    @Test("what NeMo Curator wrote is read as it stands")
    func nemo() async throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let vectors = tests.appending(path: "ShotlistPipelineTests/Fixtures/nemo_output")
        let output = try SampleOutput()
        for folder in ["metas", "processed_videos"] {
            try? FileManager.default.removeItem(at: output.url.appending(path: folder))
            try FileManager.default.copyItem(
                at: vectors.appending(path: folder), to: output.url.appending(path: folder))
        }
        let catalog = try await output.open()
        let window = try #require(try await catalog.windows().first)
        #expect(window.key.text == "328802ad-c486-5ef7-ae7e-7d60585b8df9/0_249")
        #expect(window.captions.caption == "caption of frames 0 to 249")
        #expect(window.captions.enhanced == "enhanced caption of frames 0 to 249")
        #expect(window.shownCaption == window.captions.enhanced && window.captions.named.isEmpty)
        #expect(window.status == .success && window.model == "qwen" && window.tokens == nil)
        #expect(window.relativePath == "set1/bikes.mp4" && window.windowSpan == 0...10)
        try await catalog.close()
    }

    @Test("passes and named prompts are told apart, whatever their names")
    func captions() async throws {
        let output = try SampleOutput()
        let more: [String: Any] = [
            "qwen_stage1_caption": "First.", "qwen_lm_enhanced_caption": "Better.", "qwen_caption_my_caption": "Named.",
            "named_captions": ["my_caption": ["status": "success", "flags": []]],
        ]
        try output.write(SampleClip(captions: ["Second."], more: more))
        let catalog = try await output.open()
        let window = try #require(try await catalog.windows().first)
        #expect(
            window.captions
                == CaptionSet(
                    caption: "Second.", stage1: "First.", enhanced: "Better.", named: ["my_caption": "Named."]))
        try await catalog.close()
    }

    @Test("a record that is none is named and stops nothing")
    func unreadable() async throws {
        let output = try SampleOutput()
        try output.write(["One good caption."])
        try output.write(Data("{\"span".utf8), as: "metas/v0/half.json")
        let other = SampleClip(clip: 5, captions: ["Another one."])
        try output.write(
            JSONSerialization.data(withJSONObject: other.record), as: "metas/v0/\(UUID().uuidString.lowercased()).json")
        let catalog = try await output.open()
        #expect(try await catalog.count() == 1)
        let problems = try await catalog.unreadableRecords()
        #expect(problems.count == 2 && problems["half.json"] != nil)
        try await catalog.close()
    }

    @Test("numbers that cannot be are missing, and stop nothing: no other record, no plot and no page")
    func absurdNumbers() async throws {
        let output = try SampleOutput()
        try output.write(["One good caption."], clip: 0)
        func write(_ clip: Int, _ fields: [String: Any], window: [String: Any] = [:]) throws {
            let sample = SampleClip(clip: clip, captions: ["A caption."], more: window)
            let record = sample.record.merging(fields) { $1 }
            try output.write(JSONSerialization.data(withJSONObject: record), as: "metas/v0/\(sample.name).json")
        }
        try write(1, ["framerate_source": 1e-307, "source_num_frames": 0])
        try write(2, ["width_source": 1 << 32, "height_source": 1 << 32])
        try write(3, ["duration_span": [1e308, -1e308]], window: ["seconds": 1e-300])
        try write(4, ["duration_span": [0, 1e-300], "source_num_frames": 1 << 53], window: ["seconds": 1e308])
        let many = SampleClip(
            clip: 5, captions: (0..<1100).map { "Caption \($0)." },
            more: ["output_tokens": 1 << 53, "prompt_tokens": 1 << 53])
        try output.write(many)
        let catalog = try await output.open()
        #expect(try await catalog.unreadableRecords().isEmpty)
        #expect(try await catalog.count() == 1105)
        let windows = try await catalog.windows(limit: 1000)
        #expect(windows.allSatisfy { $0.windowSpan.upperBound.isFinite && $0.clipSpan.upperBound.isFinite })
        #expect(windows.allSatisfy { $0.frameTimes.allSatisfy(\.isFinite) && $0.fps.isFinite })
        let statistics = try await catalog.statistics()
        #expect(statistics.count == 1105 && statistics.tokens.unknown == 1100)
        try await catalog.close()
    }

    @Test("windows of a record that are none are named, and the others are read")
    func droppedWindows() async throws {
        let output = try SampleOutput()
        let clip = SampleClip(captions: ["One good caption."])
        var record = clip.record
        let windows = try #require(record["windows"] as? [[String: Any]])
        record["windows"] = windows + windows + [["qwen_caption": "Of no frames."]]
        try output.write(JSONSerialization.data(withJSONObject: record), as: "metas/v0/\(clip.name).json")
        let catalog = try await output.open()
        #expect(try await catalog.count() == 1)
        #expect(try await catalog.unreadableRecords()["\(clip.name).json"]?.hasPrefix("2 of its 3 windows") == true)
        let state = try await catalog.state()
        #expect(state.unreadable == 1 && state.sentences.first?.contains(clip.name) == true)
        try await catalog.close()
    }

    @Test("a video's record is the one that names it, not the one whose path ends alike")
    func recordOfAnotherVideo() async throws {
        let output = try SampleOutput()
        try output.write(["A caption."], video: "videos/set1/bikes.mp4")
        try output.write(Data(#"{"video": "videos/bikes.mp4"}"#.utf8), as: "processed_videos/bikes.mp4.json")
        let catalog = try await output.open()
        try output.write(
            Data(#"{"video": "videos/set1/bikes.mp4"}"#.utf8), as: "processed_videos/set1/bikes.mp4.json")
        try output.write(["Another caption."], video: "videos/set1/bikes.mp4", clip: 1)
        _ = try await catalog.refresh()
        #expect(try await catalog.windows().map(\.relativePath) == ["set1/bikes.mp4", "set1/bikes.mp4"])
        try await catalog.close()
    }

    @Test("names of windows are read as they are written, and nothing else is")
    func keys() throws {
        let key = try #require(WindowKey("328802ad-c486-5ef7-ae7e-7d60585b8df9/0_249"))
        #expect(key.start == 0 && key.end == 249 && key.text == "328802ad-c486-5ef7-ae7e-7d60585b8df9/0_249")
        for text in ["", "x/0_1", "../0_1", "328802ad-c486-5ef7-ae7e-7d60585b8df9/5_4", "\(key.clipName)/0_1/../x"] {
            #expect(WindowKey(text) == nil)
        }
    }

    @Test("a folder without records is refused")
    func nothing() async throws {
        let output = try SampleOutput()
        try output.remove("metas")
        await #expect { try await output.open() } throws: { ($0 as? ShotlistError)?.code == .outputInvalid }
    }
}
