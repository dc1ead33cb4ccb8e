import Foundation
import ShotlistCore
import Testing

@Suite("What of a window outlives the process")
struct WindowOutcomeTests {
    /// A record in which no number is as usual.
    private static let record = CaptionRecord(
        finishReason: .length, promptTokens: 1234, visionTokens: 1100, reusedTokens: 7, outputTokens: 512,
        modelID: "Qwen/Qwen2.5-VL-7B-Instruct", modelRevision: "cc594898137f460bfe9f0759e9844b3ce807cfb5",
        modelPrecision: "q8_0", promptHash: String(repeating: "ab", count: 32), seconds: 12.345678901234567,
        promptSeconds: 0.1, outputSeconds: 1e-9, server: "http://one:8000/v1", attempts: 3,
        discarded: TokenCounts(prompt: 11, reused: 5, output: 40))
    /// One in which as much as can be is.
    private static let plain = CaptionRecord(
        finishReason: .stop, promptTokens: 40, visionTokens: 0, outputTokens: 9, modelID: "demo", modelRevision: "1",
        promptHash: "00", seconds: 1)
    private static let reason = WindowReason(code: "empty", message: "Nothing \"at\" all: \u{1}\u{2028} ü 🎬.")

    private static let everything: WindowOutcome = {
        var other = record
        other.modelID = "another"
        other.outputSeconds = nil
        let answer = EnhancementRecord.Answer(
            finishReason: .length, promptTokens: 90, reusedTokens: 60, outputTokens: 120, modelID: "smollm2",
            modelRevision: "2", seconds: 3.5, outputSeconds: 2)
        return WindowOutcome(
            caption: ["qwen": "A line.\nAnother."],
            stage1: CaptionOutcome(variant: "qwen", text: "First", status: .truncated, reason: reason, record: other),
            namedCaptions: [
                "tags": CaptionOutcome(variant: "qwen", text: "a, b", flags: [.repeating], record: plain),
                "mood": CaptionOutcome(variant: "qwen", status: .error, reason: reason),
            ],
            enhancedCaption: ["smollm2": "More."], captionRecord: record,
            enhancementRecord: EnhancementRecord(
                status: .truncated, reason: reason, flags: [.refused], promptHash: "cd", answer: answer),
            status: .truncated, reason: reason, flags: [.repeating, .retried], previewReason: reason,
            shown: ShownFrames(
                frameIndices: [0, 17, 34], effectiveFPS: 1.9980019, resizedSize: PixelSize(width: 644, height: 280)),
            hasPreview: true)
    }()

    static let outcomes = [
        everything, WindowOutcome(), WindowOutcome(status: .skipped, reason: reason),
        WindowOutcome(caption: ["demo": "x"], captionRecord: plain),
        WindowOutcome(enhancementRecord: EnhancementRecord(status: .error, reason: reason, promptHash: "ef")),
    ]

    @Test("every part comes back from JSON as it was", arguments: WindowOutcomeTests.outcomes)
    func roundTrip(outcome: WindowOutcome) throws {
        let data = try JSONEncoder().encode(outcome)
        #expect(try JSONDecoder().decode(WindowOutcome.self, from: data) == outcome)
        // Parts that are lost and parts that are made up look alike unless each is there.
        let fields = Mirror(reflecting: Self.everything).children.map { "\($0.value)" }
        #expect(!fields.contains("nil") && !fields.contains("[]") && !fields.contains("[:]"))
    }

    @Test("what is as usual takes no room, and who answered is written once")
    func small() throws {
        #expect(try text(WindowOutcome()) == "{}")
        let caption = "A cyclist rides along a river at dusk, then turns left over a bridge."
        var record = Self.plain
        record.promptSeconds = 0.123456789012345
        record.outputSeconds = 0.123456789012345
        let shown = ShownFrames(
            frameIndices: Array(stride(from: 0, to: 256, by: 16)), effectiveFPS: 2,
            resizedSize: PixelSize(width: 644, height: 280))
        let one = WindowOutcome(caption: ["qwen": caption], captionRecord: record, shown: shown)
        #expect(try text(one).utf8.count < 320)

        let two = WindowOutcome(
            caption: ["qwen": caption], stage1: CaptionOutcome(variant: "qwen", record: Self.record),
            captionRecord: Self.record)
        #expect(try text(two).components(separatedBy: Self.record.modelRevision).count == 2)
    }

    @Test(
        "text that lacks a number or an origin is refused, not guessed",
        arguments: [
            #"{"r":{"n":[1,2],"t":[1]}}"#, #"{"o":[{"m":"a","r":"b","h":"c"}],"r":{"n":[1,2],"t":[]}}"#,
            #"{"o":[{"m":"a","r":"b","h":"c"}],"r":{"n":[1,2],"t":[1],"o":1}}"#,
            #"{"o":[{"m":"a","r":"b","h":"c"}],"r":{"n":[1,2,3,4,5,6,7,8,9],"t":[1]}}"#, #"{"x":{"s":"error"}}"#,
            #"{"o":[{"m":"a","r":"b","h":"c"}],"r":{"n":[-9223372036854775808,2,3,9223372036854775807],"t":[1]}}"#,
            #"{"i":{"f":[0],"r":1,"s":[4]}}"#,
        ])
    func broken(json: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(WindowOutcome.self, from: Data(json.utf8))
        }
    }

    @Test("a window gives its outcome, and is made anew of it")
    func window() {
        let id = UUID()
        let range = FrameRange(start: 3, end: 90)
        let window = Window(clipID: id, range: range, outcome: Self.everything)
        #expect(window.clipID == id && window.range == range && window.caption == Self.everything.caption)
        // A preview that failed is none, whatever was drawn.
        var expected = Self.everything
        expected.hasPreview = false
        #expect(window.outcome == expected)
    }

    @Test("a preview is remembered when its bytes are gone")
    func preview() {
        var window = Window(clipID: UUID(), range: FrameRange(start: 0, end: 9))
        #expect(!window.outcome.hasPreview)
        window.webpBytes = Data([1])
        window.webpBytes = nil
        #expect(window.outcome.hasPreview)
        window.previewReason = Self.reason
        #expect(!window.outcome.hasPreview)
    }

    private func text(_ outcome: WindowOutcome) throws -> String {
        String(decoding: try JSONEncoder().encode(outcome), as: UTF8.self)
    }
}
