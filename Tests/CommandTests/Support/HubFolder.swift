import Foundation
import TestHub

/// A folder of a test's own, and the program in it with a hub of the test's own.
struct HubFolder: Sendable {
    let folder: Folder
    let hub: TestHub

    init(_ repositories: TestRepository...) async throws {
        folder = try Folder()
        hub = try await TestHub.start()
        repositories.forEach(hub.add)
    }

    /// Runs `shotlist models` with what a user would have set.
    func models(_ arguments: String..., environment: [String: String] = [:]) async throws -> Command.Outcome {
        try await Command.finish(process(arguments, environment: environment))
    }

    /// `shotlist models`, ready to be started.
    func process(_ arguments: [String], environment: [String: String] = [:]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments = ["models"] + arguments
        process.currentDirectoryURL = folder.url
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "HOME": folder.path("home"),
            "HF_ENDPOINT": hub.endpoint,
        ].merging(environment) { $1 }
        return process
    }

    /// A model file for the repository of ``tiny``.
    func writeModelFile() throws {
        try folder.write(
            """
            name: tiny
            kind: text
            architecture: qwen2.5
            source: {hub: {repository: Owner/Tiny, files: ["*.safetensors", "*.json"]}}
            parameters: {text: 1000}
            """, "tiny.yaml")
    }

    /// A small repository.
    static let tiny = TestRepository(
        "Owner/Tiny",
        files: ["model.safetensors": Data(repeating: 7, count: 100_000), "config.json": Data("{}".utf8)])
}
