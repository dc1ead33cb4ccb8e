import ArgumentParser

/// `shotlist models`: the models that Shotlist knows by name.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "Look after models.", subcommands: [TryCommand.self])
}
