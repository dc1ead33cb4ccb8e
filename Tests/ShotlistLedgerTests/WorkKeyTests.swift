import Foundation
import ShotlistCore
import ShotlistLedger
import Testing

@Suite("Settings have names that change with what they shape, and with nothing else")
struct WorkKeyTests {
    private static func captions() throws -> CaptionWork {
        CaptionWork(
            variant: "qwen", model: ModelWork(id: "Qwen/Qwen2.5-VL-7B-Instruct", revision: "abc", precision: "q8_0"),
            prompt: "Say what \"is\" seen/heard:\nü 🎬",
            sampling: SamplingParameters(temperature: 0.1, topP: 0.001, repetitionPenalty: 1.05, stops: ["</s>"]),
            maxOutputTokens: 512, samplingFPS: 2, frameSizing: .smart(try ResizePlan()),
            namedPrompts: [
                NamedPromptWork(name: "tags", text: "Tags?"), NamedPromptWork(name: "mood", text: "Mood?"),
            ],
            seed: 7, retries: 1)
    }

    @Test("keys are those that Python computes: a user's captions must not be made again by accident")
    func vectors() throws {
        let vectors = try Vectors.load()
        let keys = try RunKeys(
            RunWork(
                plan: PlanWork(
                    splitting: "fixed_stride", clipLength: 10, clipStride: 10, leastSeconds: 0.5, windowSize: 256,
                    remainderThreshold: 128),
                captions: Self.captions(),
                previews: PreviewWork(targetFPS: 1, targetHeight: 240, compressionLevel: 6, quality: 50),
                clipFiles: ClipFileWork(encoder: "libx264")))
        let pairs: [(WorkKey?, Vectors.Key)] = [
            (keys.captions, vectors.captions), (keys.previews, vectors.previews), (keys.clipFiles, vectors.clipFiles),
            (keys.plan, vectors.plan),
        ]
        for (key, vector) in pairs {
            #expect(key?.settings == vector.json)
            #expect(key?.hash == vector.hash)
        }
    }

    @Test("everything that shapes a caption changes its key")
    func captionParts() throws {
        let changes: [(inout CaptionWork) -> Void] = [
            { $0.rules += 1 }, { $0.variant = "x" }, { $0.model.id = "x" }, { $0.model.revision = "x" },
            { $0.model.precision = nil }, { $0.prompt += " " }, { $0.sampling.temperature = 0.2 },
            { $0.maxOutputTokens = 1 }, { $0.samplingFPS = 1 },
            { $0.frameSizing = .stretched(PixelSize(width: 512, height: 512)) }, { $0.mediaForm = "jpeg" },
            { $0.secondPass = "Refine." }, { $0.namedPrompts[0].text = "x" }, { $0.seed = 8 }, { $0.retries = 2 },
            {
                $0.enhancement = EnhancementWork(
                    variant: "smollm2", model: ModelWork(id: "s", revision: "1"), prompt: "More.", sampling: .greedy,
                    maxOutputTokens: 9)
            },
            { $0.stages = [StageWork(name: "mine", key: "1")] },
        ]
        let work = try Self.captions()
        var keys: Set<WorkKey> = [try WorkKey(work)]
        for change in changes {
            var other = work
            change(&other)
            keys.insert(try WorkKey(other))
        }
        #expect(keys.count == changes.count + 1)
        #expect(Mirror(reflecting: work).children.count == 15, "a new part belongs into this test")
    }

    @Test("the order in which named prompts are given does not")
    func order() throws {
        let work = try Self.captions()
        let turned = CaptionWork(
            variant: work.variant, model: work.model, prompt: work.prompt, sampling: work.sampling,
            maxOutputTokens: work.maxOutputTokens, samplingFPS: work.samplingFPS, frameSizing: work.frameSizing,
            namedPrompts: work.namedPrompts.reversed(), seed: work.seed, retries: work.retries)
        #expect(try WorkKey(turned) == WorkKey(work))
    }

    @Test("a run's key changes with each of its parts, and the parts' keys with their own alone")
    func run() throws {
        let first = try Sample.keys()
        let prompt = try Sample.keys(prompt: "x")
        let height = try Sample.keys(height: 1)
        let windows = try Sample.keys(windowSize: 9)
        #expect(Set([first.all, prompt.all, height.all, windows.all]).count == 4)
        #expect(prompt.captions != first.captions && prompt.previews == first.previews && prompt.plan == first.plan)
        #expect(height.captions == first.captions && height.previews != first.previews)
        #expect(windows.captions == first.captions && windows.plan != first.plan)
        let bare = try RunKeys(RunWork(plan: PlanWork(splitting: "none", windowSize: 9, remainderThreshold: 1)))
        #expect(bare.captions == nil && bare.previews == nil && bare.clipFiles == nil)
    }

    @Test("settings can be read back, so that history tells prompts")
    func readBack() throws {
        var work = try Self.captions()
        work.secondPass = "Refine."
        let text = try WorkKey(work).settings
        #expect(try JSONDecoder().decode(CaptionWork.self, from: Data(text.utf8)) == work)
    }

    @Test("a number that JSON cannot hold is refused")
    func infinite() throws {
        let work = PreviewWork(targetFPS: .infinity, targetHeight: 1, compressionLevel: 1, quality: 1)
        let error = #expect(throws: ShotlistError.self) { _ = try WorkKey(work) }
        #expect(error?.code == .internalFailure)
    }
}
