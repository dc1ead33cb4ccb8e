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
        try output.write(Data("{}".utf8), as: "processed_videos/set1/bikes.mp4.json")
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
