import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import Testing

/// The embedded engine against transformers' `radio` and `nemotron_h`, on tiny random models in the three published
/// types.
@Suite("Parity with transformers: Nemotron Nano VL", .serialized)
struct NemotronParityTests {
    private let session: CaptionSession

    init() throws {
        session = try CaptionSession(options: NemotronType.f32.options)
    }

    @Test("Vision embeddings of a frame", arguments: NemotronGoldens.all.vision)
    func embeddings(_ golden: NemotronGoldens.Vision) throws {
        let ours = try session.embeddings(of: [Nemotron.frames[golden.frame]])
        let found = distance(ours, golden.embeddings)
        print("VISION", found)
        #expect(found < 0.02)
        let other = try session.embeddings(of: [Nemotron.frames[golden.frame + 1]])
        #expect(distance(other, golden.embeddings) > 10 * 0.02)
    }

    @Test("Last logits and greedy tokens of whole windows", arguments: NemotronType.allCases)
    func windows(_ type: NemotronType) throws {
        let session = try CaptionSession(options: type.options)
        for golden in try type.golden().windows {
            let prompt = try session.prompt(Nemotron.content(golden))
            #expect(prompt.textTokens == golden.tokens)
            let logits = try session.lastLogits(of: prompt)
            print("WINDOW", type, distance(logits, golden.logits))
            let answer = try session.answer(to: prompt, sampling: .greedy, limit: max(golden.greedy.count, 1))
            print("GREEDY", answer.tokens, golden.greedy)
            for (name, wrong) in try wrongPrompts(right: prompt, golden, in: session) {
                print("WRONG", type, name, distance(try session.lastLogits(of: wrong), golden.logits))
            }
        }
    }

    private func wrongPrompts(
        right: WindowPrompt, _ golden: NemotronGoldens.Window, in session: CaptionSession
    ) throws -> [(String, WindowPrompt)] {
        var swapped = right
        swapped.changeBlocks { blocks in
            (blocks[0].frames, blocks[1].frames) = (blocks[1].frames, blocks[0].frames)
        }
        var last = right
        last.changeBlocks { blocks in
            let count = blocks.count
            (blocks[count - 2].frames, blocks[count - 1].frames) = (blocks[count - 1].frames, blocks[count - 2].frames)
        }
        let times = try session.prompt(Nemotron.content(golden, fps: golden.fps * 2))
        var lines = right
        lines.dropLastToken(ofPart: 0)
        var template = right
        template.dropLastToken(ofPart: right.parts.count - 1)
        return [("swapped", swapped), ("last swapped", last), ("times", times), ("img", lines), ("template", template)]
    }
}
