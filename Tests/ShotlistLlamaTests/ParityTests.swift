import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import Testing

/// The embedded engine against transformers, on the tiny random model.
///
/// The tolerances are those of the design. A wrong layout must be further away than three times the tolerance, or these
/// tests could not fail.
@Suite("Parity with transformers", .serialized)
struct ParityTests {
    private static let embeddingTolerance: Float = 0.01
    private static let logitTolerance: Float = 0.02

    private let session: CaptionSession

    init() throws {
        session = try CaptionSession(options: Tiny.options)
    }

    @Test("Vision embeddings of pairs of frames", arguments: Goldens.all.vision)
    func embeddings(_ golden: Goldens.Vision) throws {
        let size = PixelSize(width: golden.width, height: golden.height)
        let first = Tiny.frame(golden.first, size: size)
        let second = Tiny.frame(golden.first + 1, size: size)
        let ours = try session.embeddings(of: [first, second])
        #expect(distance(ours, golden.embeddings) < Self.embeddingTolerance)
        let swapped = try session.embeddings(of: [second, first])
        #expect(distance(swapped, golden.embeddings) > 10 * Self.embeddingTolerance)
    }

    @Test("Tokens of the layout, and of a prompt that looks like one")
    func tokens() throws {
        let layout = QwenVLLayout(prompt: Goldens.all.prompt)
        #expect(try session.tokens(of: layout.beforeVideo, special: true) == Goldens.all.before)
        let prompt = try Tiny.prompt(try #require(Goldens.all.windows.first), in: session)
        #expect(prompt.textTokens == Goldens.all.before + Goldens.all.after)
        let hostile = Goldens.all.hostile
        #expect(try session.tokens(of: hostile.text, special: false) == hostile.tokens)
        #expect(session.text(of: hostile.tokens) == hostile.text)
        #expect(try session.tokens(of: hostile.text, special: true) != hostile.tokens)
    }

    @Test("Positions", arguments: Goldens.all.windows)
    func positions(_ golden: Goldens.Window) throws {
        let prompt = try Tiny.prompt(golden, in: session)
        #expect(prompt.blocks.map { $0.positions[0].time } == golden.times)
        #expect(
            prompt.blocks.allSatisfy { $0.positions[0].row == golden.base && $0.positions[0].column == golden.base })
        #expect(prompt.next == golden.next + Goldens.all.after.count)
    }

    @Test("Last logits and greedy tokens", arguments: Goldens.all.windows)
    func window(_ golden: Goldens.Window) throws {
        let prompt = try Tiny.prompt(golden, in: session)
        let logits = try session.lastLogits(of: prompt)
        #expect(distance(logits, golden.logits) < Self.logitTolerance, "\(distance(logits, golden.logits))")
        let answer = try session.answer(to: prompt, sampling: .greedy, limit: golden.greedy.count)
        #expect(answer.tokens == golden.greedy)
        #expect(answer.finishReason == .length)
        #expect(golden.greedy.count >= 4)
    }

    @Test("A wrong layout is far from the golden", arguments: Goldens.all.windows)
    func wrongLayouts(_ golden: Goldens.Window) throws {
        let right = try Tiny.prompt(golden, in: session)
        var swapped = right
        swapped.changeBlocks { blocks in
            (blocks[0].frames, blocks[1].frames) = (blocks[1].frames, blocks[0].frames)
        }
        var late = right
        late.delayLastText()
        for wrong in [swapped, late] {
            #expect(distance(try session.lastLogits(of: wrong), golden.logits) > 3 * Self.logitTolerance)
        }
    }

    @Test("A wrong frame rate is far from the golden", arguments: Goldens.all.windows)
    func wrongRate(_ golden: Goldens.Window) throws {
        let wrong = try Tiny.prompt(golden, in: session, fps: golden.fps / 2)
        #expect(distance(try session.lastLogits(of: wrong), golden.logits) > 3 * Self.logitTolerance)
    }

    @Test(
        "Pairs that share a time must be told apart",
        arguments: Goldens.all.windows.filter { Set($0.times).count < $0.times.count })
    func sharedTimes(_ golden: Goldens.Window) throws {
        var wrong = try Tiny.prompt(golden, in: session)
        wrong.changeBlocks { blocks in
            for block in blocks.indices {
                for token in blocks[block].positions.indices { blocks[block].positions[token].rank = 0 }
            }
        }
        #expect(distance(try session.lastLogits(of: wrong), golden.logits) > 3 * Self.logitTolerance)
    }
}
