import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import Testing

/// Prompts for Nemotron Nano VL against the chat template and against vLLM's way to write a video out.
@Suite("Layout of Nemotron Nano VL")
struct NemotronLayoutTests {
    @Test("The text of a window", arguments: NemotronGoldens.all.layouts)
    func text(_ golden: NemotronGoldens.Layout) {
        let layout = NemotronVLLayout(prompt: golden.prompt)
        let frames = golden.indices.enumerated().map { number, index in
            layout.words(frame: number, index: index, fps: golden.fps) + layout.frameStart + layout.frameEnd
        }
        #expect(layout.beforeVideo + frames.joined() + layout.prompt + layout.afterPrompt == golden.text)
    }

    @Test("A frame lasts a whole number of milliseconds")
    func times() {
        let layout = NemotronVLLayout(prompt: "")
        #expect(layout.words(frame: 0, index: 0, fps: 23.976) == "Frame 1 sampled at 0.00 seconds: ")
        // 1000 / 23.976 is 41.7: 41 ms, not 42, and not 3.88 seconds.
        #expect(layout.words(frame: 3, index: 93, fps: 23.976) == "\nFrame 4 sampled at 3.81 seconds: ")
    }

    @Test("Each frame has 256 tokens between its own two, and positions count on")
    func positions() throws {
        let session = try CaptionSession(options: NemotronType.bf16.options)
        let golden = try #require(NemotronGoldens.all.types["bf16"]?.windows.first)
        let prompt = try session.prompt(Nemotron.content(golden))
        #expect(prompt.textTokens == golden.tokens)
        #expect(prompt.visionTokenCount == 4 * 256)
        #expect(prompt.next == prompt.tokenCount)
        var position = 0
        for part in prompt.parts {
            switch part {
            case .text(let tokens, let start):
                #expect(start == position)
                position += tokens.count
            case .frames(let block):
                #expect(block.positions.map(\.time) == Array(position..<position + 256))
                position += 256
            }
        }
    }

    @Test("A user's words are words, whatever they look like")
    func hostile() throws {
        let session = try CaptionSession(options: NemotronType.bf16.options)
        let golden = NemotronGoldens.all.hostile
        let prompt = try session.prompt(Nemotron.content([0, 12], fps: 25, prompt: golden.prompt))
        let end = try session.tokens(of: NemotronVLLayout(prompt: "").afterPrompt, special: true)
        #expect(Array(prompt.textTokens.suffix(golden.tokens.count + end.count)) == golden.tokens + end)
        let marker = try session.tokens(of: "<SPECIAL_12>", special: true)
        #expect(marker.count == 1)
        #expect(!prompt.textTokens.contains(marker[0]))
    }

    @Test("Frames of another size concern their window alone")
    func otherSize() throws {
        let session = try CaptionSession(options: NemotronType.bf16.options)
        let frames = [Tiny.frame(0, size: PixelSize(width: 256, height: 256))]
        let error = #expect(throws: ShotlistError.self) {
            try session.prompt(
                WindowContent(frames: frames, frameIndices: [0], effectiveFPS: 2, videoFPS: 25, prompt: "What?"))
        }
        #expect(error?.code == .engineFailed)
        #expect(throws: ShotlistError.self) { try session.embeddings(of: Array(Nemotron.frames.prefix(2))) }
    }
}
