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
        discussion: "The answer goes to standard output, what it cost to standard error.")

    @Argument(help: "The text model: \(ModelRegistry.standard.names(.text).joined(separator: ", ")).")
    var name: String

    @Argument(help: "What to say to it.")
    var prompt: String

    @Option(help: "Whom the model is to be; its own chat template's words when left out.")
    var system: String?

    @Option(parsing: .unconditional, help: "The most tokens of the answer.")
    var maxOutputTokens = 512

    @Option(help: "A text model (GGUF) of the same family to use in place of the named one.")
    var modelPath: String?

    @Option(help: "The folder that holds models.")
    var modelDir = "./models"

    @OptionGroup(title: "Machine") var machine: MachineOptions

    func run() async throws {
        try await Ending.of {
            let model = try ModelRegistry.standard.model(name, kind: .text)
            let request = try request(to: model)
            let options = try options(for: model)
            let answer = try await Interrupt.cancelling(terminal: Terminal()) {
                let engine = try await LlamaTextEngine.load(options)
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

    private func options(for model: ModelSpec) throws(ShotlistError) -> LlamaTextOptions {
        _ = try machine.threadCount()
        let path = if let modelPath { modelPath } else { try TextModelFiles.locate(model, modelDir: modelDir) }
        return LlamaTextOptions(modelPath: path, threads: machine.threads)
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
