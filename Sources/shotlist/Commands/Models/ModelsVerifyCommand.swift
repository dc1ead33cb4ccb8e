import ArgumentParser
import ShotlistCore
import ShotlistModels

/// `shotlist models verify`: hashes a model's files again.
struct ModelsVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Hash a model's files again and name those that are damaged.",
        discussion: "Exits with 2 when a file is damaged; `shotlist models pull` then brings it anew.")

    @OptionGroup var model: ModelNameOptions
    @OptionGroup var models: ModelsOptions

    func run() async throws {
        try await Ending.of {
            let terminal = Terminal()
            let spec = try model.spec(in: models.registry())
            guard let own = ModelPart.own(spec) else { throw ModelPart.shipped(spec) }
            let store = ModelStore(folder: models.modelDir, settings: try HubSettings())
            let here = ModelPart.all(spec).filter { $0.contents(in: store).revision != nil }
            let parts = here.isEmpty ? [own] : here
            var isDamaged = false
            for part in parts {
                let damaged = try await Interrupt.cancelling(terminal: terminal) { try await part.verify(in: store) }
                let folder = part.contents(in: store).folder
                for file in damaged { print("damaged: \(folder)/\(file.path): \(file.reason)") }
                if damaged.isEmpty { print("\(folder): all files are as they should be") }
                isDamaged = isDamaged || !damaged.isEmpty
            }
            if isDamaged { terminal.say("Run `shotlist models pull` to bring what is damaged anew.") }
            return isDamaged ? Ending.partial : 0
        }
    }
}
