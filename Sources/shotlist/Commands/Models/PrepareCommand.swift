import ArgumentParser
import ShotlistCore
import ShotlistModels

/// `shotlist models prepare`: makes the files that the embedded engine loads, before a run needs them.
struct PrepareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prepare",
        abstract: "Make the files that the embedded engine loads.",
        discussion: """
            Fetches the checkpoint where it is missing, converts it with llama.cpp's converter, and quantises it where \
            that is asked for. What is there already is not made again. The converter's Python environment is made on \
            first need, in the user's cache folder.
            """)

    @Argument(help: "The model; a text model is text/NAME where a vision model has the same name.")
    var name: String

    @Option(help: "How its weights are kept: auto (the best that fits memory), bf16, f16, q8_0, q4_k_m.")
    var weights = "auto"

    @Option(help: "The folder that holds models.")
    var modelDir = "./models"

    func run() async throws {
        try await Ending.of {
            let (terminal, modelDir) = (Terminal(), modelDir)
            let (spec, request) = (try spec(), try WeightRequest(weights))
            let files = try await Interrupt.cancelling(terminal: terminal) {
                try await EmbeddedModels.files(
                    of: spec, weights: request, modelDir: modelDir, threads: nil, terminal: terminal)
            }
            print("model      \(files.modelID ?? spec.name)\(files.revision.map { " at \($0)" } ?? "")")
            if let precision = files.precision { print("weights    \(precision.rawValue)") }
            print("text       \(files.text)")
            if let projector = files.projector { print("projector  \(projector)") }
            return 0
        }
    }

    /// The model that is meant: a vision model, or a text model when the name says so or no vision model has it.
    private func spec() throws(ShotlistError) -> ModelSpec {
        let registry = ModelRegistry.standard
        let prefix = "text/"
        if name.hasPrefix(prefix) { return try registry.model(String(name.dropFirst(prefix.count)), kind: .text) }
        do {
            return try registry.model(name, kind: .vision)
        } catch {
            if let text = try? registry.model(name, kind: .text) { return text }
            throw error
        }
    }
}
