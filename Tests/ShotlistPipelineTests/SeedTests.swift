import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistPipeline
import Synchronization
import Testing

@Suite("The same pictures and words get the same seed")
struct SeedTests {
    /// The seeds of a run's questions, by the window's first frame and the beginning of the prompt.
    private func seeds(
        path: String = "bikes.mp4", _ change: (inout Run) -> Void = { _ in }
    ) async throws -> [String: UInt32] {
        let workspace = try Workspace()
        try workspace.add("bikes", as: path)
        let seeds = Mutex<[String: UInt32]>([:])
        var run = try Run()
        run.preview = nil
        run.encoder = nil
        run.windowSize = 64
        run.remainderThreshold = 16
        run.stage2 = true
        run.stage2Text = "Better: "
        run.namedPrompts = [try NamedPrompt(name: "people", text: "Who is there?")]
        run.answer = { request in
            let (input, frame) = (request.input, request.input.frameIndices[0])
            seeds.withLock { $0["\(frame) \(input.prompt.text.prefix(6))"] = request.sampling.seed }
            return .saying("a dog")
        }
        change(&run)
        try await run(on: workspace)
        return seeds.withLock { $0 }
    }

    @Test("whatever the order, the path, the type of pixels and who resizes them")
    func independent() async throws {
        let seeds = try await seeds()
        #expect(seeds.count == 12)
        #expect(Set(seeds.values).count == 12)
        let elsewhere = try await self.seeds(path: "another/place.mp4") { run in
            run.batchSize = 1
            run.dtype = .uint8
            run.modelDoesPreprocess = true
        }
        #expect(elsewhere == seeds)
        let alone = try await self.seeds { run in
            run.stage2 = false
            run.stage2Text = nil
            run.namedPrompts = []
        }
        #expect(alone.count == 4)
        for (question, seed) in alone { #expect(seeds[question] == seed) }
    }

    @Test("another seed of the run gives others")
    func another() async throws {
        let (first, second) = (try await seeds(), try await seeds { $0.seed = 1 })
        #expect(first.keys == second.keys)
        #expect(Set(first.values).isDisjoint(with: second.values))
    }

    /// Computed with Python's hashlib by the rule in ``CaptionSeed``'s documentation.
    @Test("the rule is the one that is documented")
    func rule() throws {
        func frame(_ bytes: Range<UInt8>) -> PreparedFrame {
            PreparedFrame(RGBFrame(size: PixelSize(width: 2, height: 2), bytes: Array(bytes)), dtype: .bfloat16)
        }
        let input = WindowInput(
            frames: [frame(0..<12), frame(100..<112)], resizedSize: PixelSize(width: 2, height: 2),
            frameIndices: [0, 9], effectiveFPS: 2, videoFPS: 25, prompt: try Prompt())
        let content = input.contentHash
        #expect(content == "6017591f62ac2b12359c094b8c5338eddb6893c80c72908b0ef2d2a765524b9b")
        let prompt = try Prompt(text: "Describe.")
        let seed = CaptionSeed(seed: 0, content: content)
        #expect(seed.value(prompt: prompt, pass: 1, attempt: 0) == 1_619_220_107)
        #expect(seed.value(prompt: prompt, pass: 1, attempt: 1) == 2_450_184_708)
        #expect(seed.value(prompt: prompt, pass: 2, attempt: 0) == 1_008_650_349)
        #expect(CaptionSeed(seed: 7, content: content).value(prompt: prompt, pass: 1, attempt: 0) == 2_711_248_378)
    }
}
