import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import Testing

/// The embedded engine against transformers' processor and model, on a tiny random Qwen3-VL.
///
/// The tolerances are those of the Qwen2.5-VL suite, with sums in 32 bits. A wrong layout must be further away than three
/// times the tolerance, or these tests could not fail. llama.cpp's flash attention, which runs use, adds up values in 16
/// bits on the CPU: over the tokens of 26 frames that moves the logits of this model by 0.033 at most, and its own
/// tolerance is above that.
@Suite("Parity with transformers: Qwen3-VL", .serialized)
struct Qwen3VLParityTests {
    private static let embeddingTolerance: Float = 0.01
    private static let logitTolerance: Float = 0.02
    private static let flashTolerance: Float = 0.05

    private let session: CaptionSession

    init() throws {
        var options = Qwen3VLGoldens.options
        options.usesFlashAttention = false
        session = try CaptionSession(options: options)
    }

    @Test("Vision embeddings of pairs of frames, deepstack's parts included", arguments: Qwen3VLGoldens.all.vision)
    func embeddings(_ golden: Goldens.Vision) throws {
        let size = PixelSize(width: golden.width, height: golden.height)
        let first = Tiny.frame(golden.first, size: size)
        let second = Tiny.frame(golden.first + 1, size: size)
        let ours = try session.embeddings(of: [first, second])
        // The text model is 64 wide, and three of its layers take a part of their own.
        #expect(ours.count == size.area / (32 * 32) * 64 * 4)
        #expect(distance(ours, golden.embeddings) < Self.embeddingTolerance, "\(distance(ours, golden.embeddings))")
        let swapped = try session.embeddings(of: [second, first])
        #expect(distance(swapped, golden.embeddings) > 10 * Self.embeddingTolerance)
    }

    @Test("Every token of the layout, and every position", arguments: Qwen3VLGoldens.all.windows)
    func layout(_ golden: Qwen3VLGoldens.Window) throws {
        let layout = Qwen3VLLayout(prompt: Qwen3VLGoldens.all.prompt)
        #expect(
            layout.beforeVideo + "<|video_pad|>" + layout.afterVideo + layout.prompt + layout.afterPrompt == golden.text
        )
        let prompt = try session.prompt(golden.content())
        let (rows, columns) = (golden.height / 32, golden.width / 32)
        var expected = 0
        for (index, part) in prompt.parts.enumerated() {
            switch part {
            case .text(let tokens, let start):
                #expect(tokens == golden.texts[index / 2])
                #expect(start == expected)
                expected += tokens.count
            case .frames(let block):
                #expect(expected == golden.starts[index / 2])
                let places = (0..<rows * columns).map {
                    TokenPosition(time: expected, row: expected + $0 / columns, column: expected + $0 % columns)
                }
                #expect(block.positions == places)
                expected += max(rows, columns)
            }
        }
        #expect(prompt.parts.count == golden.texts.count + golden.starts.count)
        #expect(prompt.blocks.count == (golden.frames + 1) / 2)
        #expect(prompt.next == golden.next)
        #expect(prompt.next == expected)
    }

    @Test("Last logits and greedy tokens", arguments: Qwen3VLGoldens.all.windows)
    func window(_ golden: Qwen3VLGoldens.Window) throws {
        let prompt = try session.prompt(golden.content())
        let logits = try session.lastLogits(of: prompt)
        #expect(distance(logits, golden.logits) < Self.logitTolerance, "\(distance(logits, golden.logits))")
        let answer = try session.answer(to: prompt, sampling: .greedy, limit: golden.greedy.count)
        #expect(answer.tokens == golden.greedy)
        #expect(answer.finishReason == .length)
        #expect(golden.greedy.count >= 4)
    }

    @Test("With flash attention, the same tokens", arguments: Qwen3VLGoldens.all.windows)
    func flash(_ golden: Qwen3VLGoldens.Window) throws {
        let session = try CaptionSession(options: Qwen3VLGoldens.options)
        let prompt = try session.prompt(golden.content())
        let logits = try session.lastLogits(of: prompt)
        #expect(distance(logits, golden.logits) < Self.flashTolerance, "\(distance(logits, golden.logits))")
        let answer = try session.answer(to: prompt, sampling: .greedy, limit: golden.greedy.count)
        #expect(answer.tokens == golden.greedy)
    }

    @Test("A wrong layout is far from the golden", arguments: Qwen3VLGoldens.all.windows)
    func wrongLayouts(_ golden: Qwen3VLGoldens.Window) throws {
        for wrong in WrongQwen3VLLayout.allCases {
            let prompt = try wrong.prompt(golden, in: session)
            let away = distance(try session.lastLogits(of: prompt), golden.logits)
            #expect(away > 3 * Self.logitTolerance, "\(wrong): \(away)")
        }
    }

    @Test("A prompt that looks like the layout is words")
    func hostile() throws {
        let hostile = Qwen3VLGoldens.all.hostile
        #expect(try session.tokens(of: hostile.text, special: false) == hostile.tokens)
        let golden = try #require(Qwen3VLGoldens.all.windows.first)
        var content = golden.content()
        content.prompt = hostile.text
        let prompt = try session.prompt(content)
        #expect(prompt.blocks.count == golden.starts.count)
        let pieces = golden.texts.reduce(0) { $0 + $1.count }
        let words = try session.tokens(of: Qwen3VLGoldens.all.prompt, special: false)
        #expect(prompt.textTokens.count == pieces - words.count + hostile.tokens.count)
    }

    @Test("Frames without a time, or of a size that is not the model's, are refused")
    func badFrames() throws {
        let golden = try #require(Qwen3VLGoldens.all.windows.first)
        let untimed = #expect(throws: ShotlistError.self) {
            try session.prompt(golden.content(indices: [0, 1]))
        }
        #expect(untimed?.code == .engineFailed)
        var content = golden.content()
        content.frames = content.frames.map { BicubicResize.resize($0, to: PixelSize(width: 140, height: 140)) }
        let odd = #expect(throws: ShotlistError.self) { try session.prompt(content) }
        #expect(odd?.code == .engineFailed)
    }

    @Test("Time stamps are the mean of a pair's times, rounded as Python rounds")
    func timeStamps() {
        let stamps = Qwen3VLLayout.timeStamps(frameIndices: [0, 15, 30, 45, 60], videoFPS: 30)
        #expect(stamps == ["<0.2 seconds>", "<1.2 seconds>", "<2.0 seconds>"])
        #expect(Qwen3VLLayout.timeStamps(frameIndices: [36_000, 36_012], videoFPS: 24) == ["<1500.2 seconds>"])
    }
}
