import ArgumentParser
import ShotlistCore
import ShotlistModels

/// `shotlist models remove`: frees the space of a model.
struct ModelsRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a model's files, also those that are not complete.")

    @OptionGroup var model: ModelNameOptions
    @OptionGroup var models: ModelsOptions

    func run() async throws {
        try await Ending.of {
            let terminal = Terminal()
            let registry = try models.registry()
            let spec = try model.spec(in: registry)
            guard ModelPart.own(spec) != nil else { throw ModelPart.shipped(spec) }
            let store = ModelStore(
                folder: models.modelDir, settings: try HubSettings(),
                onEvent: { [report = DownloadReport(terminal: terminal)] in report.take($0) })
            var freed = 0
            for part in ModelPart.all(spec) { freed += try await part.remove(from: store) }
            print(freed == 0 ? "Nothing of '\(spec.name)' is here." : "Removed \(ByteCount.text(freed)).")
            let others = registry.models.filter { $0.source == spec.source && $0.name != spec.name }.map(\.name)
            if freed > 0, !others.isEmpty {
                terminal.say("The same files were those of \(others.joined(separator: ", ")).")
            }
            return 0
        }
    }
}
