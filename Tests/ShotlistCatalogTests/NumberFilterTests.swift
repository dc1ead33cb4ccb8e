import Foundation
import ShotlistCatalog
import ShotlistCore
import Testing

@Suite("Windows are filtered by what can be counted")
struct NumberFilterTests {
    private let output: SampleOutput
    /// Two windows of four seconds, of a clip of ten.
    private let wide: [WindowKey]
    /// One window of two seconds, which is its whole clip.
    private let short: WindowKey

    init() throws {
        output = try SampleOutput()
        wide = try output.write(
            ["A red car.", "A blue car is parked near two tall trees."], video: "videos/a.mp4")
        let clip = SampleClip(
            video: "videos/b.mp4", captions: ["Rain falls on the café's empty street."],
            more: ["output_tokens": 300, "seconds": 7.5, "end_frame": 49])
        short = WindowKey(clip: clip.id, start: 0, end: 49)
        let own: [String: Any] = [
            "duration_span": [0.0, 2.0], "source_num_frames": 50, "width_source": 1920, "height_source": 1080,
        ]
        let record = clip.record.merging(own) { $1 }
        try output.write(JSONSerialization.data(withJSONObject: record), as: "metas/v0/\(clip.name).json")
    }

    private func found(_ set: (inout WindowFilter) -> Void) async throws -> [WindowKey] {
        let catalog = try await output.open()
        let found = try await catalog.keys(.with(set))
        #expect(try await catalog.count(.with(set)) == found.count)
        try await catalog.close()
        return found
    }

    @Test("words and characters of the caption, both ends included")
    func lengths() async throws {
        #expect(try await found { $0.words = 3...3 } == [wide[0]])
        #expect(try await found { $0.words = 4...9 } == [wide[1], short])
        #expect(try await found { $0.words = 10...100 } == [])
        #expect(try await found { $0.length = 10...10 } == [wide[0]])
        #expect(try await found { $0.length = 11...1000 } == [wide[1], short])
    }

    @Test("tokens and seconds of the answer")
    func answers() async throws {
        #expect(try await found { $0.tokens = 40...140 } == wide)
        #expect(try await found { $0.tokens = 141...300 } == [short])
        #expect(try await found { $0.seconds = 1.5...1.5 } == wide)
        #expect(try await found { $0.seconds = 1.6...8 } == [short])
    }

    @Test("seconds of the window and of its clip, and the size of the picture")
    func clips() async throws {
        #expect(try await found { $0.duration = 4...4 } == wide)
        #expect(try await found { $0.duration = 0...3.9 } == [short])
        #expect(try await found { $0.clipDuration = 10...10 } == wide)
        #expect(try await found { $0.clipDuration = 0...4 } == [short])
        #expect(try await found { $0.resolution = PixelSize(width: 1920, height: 1080) } == [short])
        #expect(try await found { $0.resolution = PixelSize(width: 1080, height: 1920) } == [])
    }

    @Test("a rating counts as 0 where there is none; previews are there or not")
    func ratings() async throws {
        try output.write(Data("RIFF".utf8), as: "previews/\(wide[0].text).webp")
        let catalog = try await output.open()
        _ = try await catalog.change(wide[1], .rating(4), expecting: 0)
        #expect(try await catalog.keys(.with { $0.rating = 4...5 }) == [wide[1]])
        #expect(try await catalog.keys(.with { $0.rating = 0...0 }) == [wide[0], short])
        #expect(try await catalog.keys(.with { $0.rating = 5...5 }) == [])
        #expect(try await catalog.facets().unrated == 2)
        #expect(try await catalog.keys(.with { $0.hasPreview = true }) == [wide[0]])
        #expect(try await catalog.keys(.with { $0.hasPreview = false }) == [wide[1], short])
        try await catalog.close()
    }

    @Test("whole words of the caption alone, each as it stands there")
    func wholeWords() async throws {
        #expect(try await found { $0.wholeWords = ["car"] } == wide)
        #expect(try await found { $0.wholeWords = ["tree"] } == [])
        #expect(try await found { $0.wholeWords = ["two tall"] } == [wide[1]])
        #expect(try await found { $0.wholeWords = ["CAR", "red"] } == [wide[0]])
        #expect(try await found { $0.wholeWords = ["videos"] } == [], "The path is no word of the caption.")
        #expect(try await found { $0.wholeWords = ["cafe"] } == [short])
        #expect(try await found { $0.wholeWords = ["\" OR \"", "car\" OR \"rain"] } == [])
        let both = try await found {
            $0.text = "videos"
            $0.wholeWords = ["rain"]
        }
        #expect(both == [short])
    }

    @Test("the time of an answer is the record's, else that of the record's file")
    func written() async throws {
        let history: [[String: Any]] = [
            ["qwen_caption": "Before.", "current": false, "made": "2026-01-01T00:00:00Z"],
            ["qwen_caption": "Told by the record.", "current": true, "made": "2026-01-02T03:04:05Z"],
        ]
        let told = SampleClip(
            video: "videos/c.mp4", captions: ["Told by the record."], more: ["caption_history": history])
        try output.write(told)
        for key in [wide[0], short] {
            let file = output.url.appending(path: "metas/v0/\(key.clipName).json").path
            let date = Date(timeIntervalSince1970: key == short ? 1_700_000_100.5 : 1_700_000_000)
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file)
        }
        #expect(try await found { $0.written = 1_700_000_000...1_700_000_000 } == wide)
        #expect(try await found { $0.written = 1_700_000_100...1_700_000_101 } == [short])
        #expect(try await found { $0.written = 1_767_323_045...1_767_323_045 } == told.keys)
        let catalog = try await output.open()
        let throughput = try await catalog.statistics().throughput
        #expect(throughput.first?.at == 1_700_000_000 && throughput.first?.windows == 3)
        #expect(throughput.reduce(0) { $0 + $1.windows } == 4)
        try await catalog.close()
    }
}
