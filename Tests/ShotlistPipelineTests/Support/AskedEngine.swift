import ShotlistCore
import ShotlistEngines
import Synchronization

/// An engine that keeps a window while it is open, and writes down what it was asked, in order.
final class AskedEngine: CaptionEngine {
    let identity = EngineIdentity(modelID: "asked", modelRevision: "2")
    /// Tokens of a window's video.
    static let video = 80
    let statistics: EngineStatistics?
    private let answer: @Sendable (CaptionQuestion) async throws -> CaptionAnswer
    private let log = Mutex<[Showing]>([])

    /// A window that was shown.
    struct Showing {
        let firstFrame: Int
        let asksAgain: Bool
        var questions: [CaptionQuestion] = []
    }

    init(
        statistics: EngineStatistics? = nil,
        answer: @escaping @Sendable (CaptionQuestion) async throws -> CaptionAnswer = { .saying($0.prompt.text) }
    ) {
        self.statistics = statistics
        self.answer = answer
    }

    /// The windows in the order of their frames.
    var showings: [Showing] { log.withLock { $0.sorted { $0.firstFrame < $1.firstFrame } } }

    func caption(_ request: CaptionRequest) async throws -> CaptionAnswer {
        throw ShotlistError(.internalFailure, "A stage asks through withWindow.")
    }

    func withWindow<Result: Sendable>(
        _ input: WindowInput, asksAgain: Bool, _ body: @Sendable (any OpenWindow) async throws -> Result
    ) async throws -> Result {
        let index = log.withLock {
            $0.append(Showing(firstFrame: input.frameIndices[0], asksAgain: asksAgain))
            return $0.count - 1
        }
        return try await body(Shown(engine: self, index: index))
    }

    func shutDown() async {}

    private struct Shown: OpenWindow {
        let engine: AskedEngine
        let index: Int

        func answer(_ question: CaptionQuestion) async throws -> CaptionAnswer {
            let count = engine.log.withLock {
                $0[index].questions.append(question)
                return $0[index].questions.count
            }
            let said = try await engine.answer(question)
            return CaptionAnswer(
                text: said.text, finishReason: said.finishReason, promptTokens: said.promptTokens,
                visionTokens: AskedEngine.video, outputTokens: said.outputTokens,
                reusedTokens: count == 1 ? 0 : AskedEngine.video)
        }
    }
}
