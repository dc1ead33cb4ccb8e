import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import ShotlistModels

/// `shotlist models try`: what a text model says to a prompt.
struct TryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try", abstract: "Ask a text model something.",
        discussion:
            "A name means the text model here. The answer goes to standard output, what it cost to standard error.")

    @OptionGroup var model: ModelNameOptions

    @Argument(help: "What to say to it.")
    var prompt: String

    @Option(help: "Whom the model is to be; its own chat template's words when left out.")
    var system: String?

    @Option(parsing: .unconditional, help: "The most tokens of the answer.")
    var maxOutputTokens = 512

    @Option(help: "A text model (GGUF) of the same family to use in place of the named one.")
    var modelPath: String?

    @Option(help: "How its weights are kept: auto (the best that fits memory), bf16, f16, q8_0, q4_k_m, nvfp4.")
    var weights = "auto"

    @OptionGroup var models: ModelsOptions

    @OptionGroup(title: "Machine") var machine: MachineOptions

    func run() async throws {
        try await Ending.of {
            let model = try self.model.textSpec(in: models.registry())
            let request = try request(to: model)
            _ = try machine.threadCount()
            let (weights, terminal) = (try weightRequest(), Terminal())
            let (modelPath, modelDir, threads) = (modelPath, models.modelDir, machine.threads)
            let answer = try await Interrupt.cancelling(terminal: terminal) {
                let files =
                    if let modelPath {
                        ModelFiles(text: modelPath, projector: nil, modelID: nil)
                    } else {
                        try await EmbeddedModels.files(
                            of: model, weights: weights, modelDir: modelDir, from: nil, threads: threads,
                            terminal: terminal)
                    }
                let engine = try await LlamaTextEngine.load(
                    LlamaTextOptions(
                        modelPath: files.text, modelID: files.modelID, modelRevision: files.revision,
                        modelPrecision: files.precision?.rawValue, threads: threads))
                do {
                    let answer = try await engine.answer(request)
                    await engine.shutDown()
                    return answer
                } catch {
                    await engine.shutDown()
                    throw error
                }
            }
            print(answer.text)
            FileHandle.standardError.write(Data("\(Self.cost(of: answer))\n".utf8))
            return 0
        }
    }

    private func request(to model: ModelSpec) throws(ShotlistError) -> TextRequest {
        guard prompt.contains(where: { !$0.isWhitespace }) else {
            throw ShotlistError(.invalidArgument, "The prompt is empty.", remedy: "Say something to the model.")
        }
        guard maxOutputTokens >= 1 else {
            throw ShotlistError(
                .invalidArgument, "An answer cannot have \(maxOutputTokens) tokens.", remedy: "Give 1 or more.")
        }
        return TextRequest(
            system: system, user: prompt, sampling: model.sampling, maxOutputTokens: maxOutputTokens)
    }

    private func weightRequest() throws(ShotlistError) -> WeightRequest {
        let request = try WeightRequest(weights)
        guard modelPath == nil || request == .auto else {
            throw ShotlistError(
                .invalidArgument, "A model given by path is used as it is, and weights are asked for as well.",
                remedy: "Leave out --model-path or --weights.")
        }
        return request
    }

    private static func cost(of answer: TextAnswer) -> String {
        let (reading, writing) = (answer.promptSeconds ?? 0, answer.outputSeconds ?? 0)
        let rate = Double(answer.outputTokens) / max(writing, 0.001)
        let cut = answer.finishReason == .length ? " (cut off at the limit)" : ""
        return String(
            format: "%d prompt tokens in %.2f s, %d output tokens%@ in %.2f s: %.2f output tokens a second",
            answer.promptTokens, reading, answer.outputTokens, cut, writing, rate)
    }
}
