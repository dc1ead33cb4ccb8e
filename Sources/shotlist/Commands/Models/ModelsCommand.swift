import ArgumentParser

/// `shotlist models`: the models by name, and their files.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List, download, prepare, check, remove and try models.",
        discussion: """
            Models come from the Hugging Face hub. HF_TOKEN opens gated ones, HF_ENDPOINT names another hub, \
            HF_HUB_OFFLINE=1 forbids requests, files in the cache of Hugging Face's tools (HF_HOME) are used, and \
            HTTPS_PROXY is honoured.
            """,
        subcommands: [
            ModelsListCommand.self, ModelsShowCommand.self, ModelsPullCommand.self, ModelsVerifyCommand.self,
            PrepareCommand.self, ModelsRemoveCommand.self, TryCommand.self,
        ])
}
