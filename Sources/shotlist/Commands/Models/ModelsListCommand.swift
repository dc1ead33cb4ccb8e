import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistModels

/// `shotlist models list`: every model by name, and whether it is here.
struct ModelsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List all models, and say which are here.")

    @OptionGroup var models: ModelsOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        try await Ending.of {
            let store = ModelStore(folder: models.modelDir, settings: try HubSettings())
            var descriptions: [ModelDescription] = []
            for spec in try models.registry().models {
                descriptions.append(await ModelDescription(spec, store: store))
            }
            if json {
                try ModelDescription.printJSON(descriptions)
            } else {
                print(Self.table(of: descriptions))
            }
            return 0
        }
    }

    private static func table(of rows: [ModelDescription]) -> String {
        let header = ["NAME", "KIND", "CHECKPOINT", "REVISION", "LICENCE", "HERE"]
        let cells =
            [header]
            + rows.map { row in
                let name = row.aliases.isEmpty ? row.name : "\(row.name) (\(row.aliases.joined(separator: ", ")))"
                let revision = row.revision.utf8.count == 40 ? String(row.revision.prefix(7)) : row.revision
                return [name, row.kind.rawValue, row.checkpoint, revision, row.licence, row.whereabouts]
            }
        let widths = header.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
                .trimmingCharacters(in: .whitespaces)
        }.joined(separator: "\n")
    }
}
