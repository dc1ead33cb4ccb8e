import ArgumentParser
import ShotlistCore
import ShotlistModels

/// `shotlist models pull`: brings a model here.
struct ModelsPullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Download a model, or go on where a download broke off.",
        discussion: "What is here and right is kept; when all is here, no server is asked.")

    @OptionGroup var model: ModelNameOptions
    @OptionGroup var models: ModelsOptions
    @OptionGroup var source: ModelPlaceOptions

    @Option(help: "Take the published GGUF files of this precision instead of the checkpoint.")
    var gguf: String?

    func run() async throws {
        try await Ending.of {
            let terminal = Terminal()
            let report = DownloadReport(terminal: terminal)
            let spec = try model.spec(in: models.registry())
            let part = try gguf.map { precision throws(ShotlistError) in
                try ModelPart.published(spec, precision: precision)
            }
            guard let part = part ?? ModelPart.own(spec) else { throw ModelPart.shipped(spec) }
            let store = ModelStore(
                folder: models.modelDir, settings: try HubSettings(modelsFrom: source.modelURL),
                onEvent: { report.take($0) })
            defer { report.end() }
            print(try await Interrupt.cancelling(terminal: terminal) { try await part.pull(to: store) })
            return 0
        }
    }
}
