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

    @OptionGroup var model: ModelNameOptions
    @OptionGroup var models: ModelsOptions
    @OptionGroup var source: ModelPlaceOptions

    @Option(help: "How its weights are kept: auto (the best that fits memory), bf16, f16, q8_0, q4_k_m, nvfp4.")
    var weights = "auto"

    func run() async throws {
        try await Ending.of {
            let (terminal, modelDir, place) = (Terminal(), models.modelDir, source.modelURL)
            let (spec, request) = (try model.spec(in: models.registry()), try WeightRequest(weights))
            let files = try await Interrupt.cancelling(terminal: terminal) {
                try await EmbeddedModels.files(
                    of: spec, weights: request, modelDir: modelDir, from: place, threads: nil,
                    terminal: terminal)
            }
            print("model      \(files.modelID ?? spec.name)\(files.revision.map { " at \($0)" } ?? "")")
            if let precision = files.precision { print("weights    \(precision.rawValue)") }
            print("text       \(files.text)")
            if let projector = files.projector { print("projector  \(projector)") }
            return 0
        }
    }
}
