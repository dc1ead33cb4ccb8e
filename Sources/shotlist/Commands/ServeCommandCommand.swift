import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistFleet
import ShotlistModels

/// `shotlist serve-command`: the command that has vLLM serve a model.
struct ServeCommandCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve-command",
        abstract: "Print the command that has vLLM serve a model as `shotlist run` asks it.",
        discussion: """
            It is one line, quoted for a shell, for vLLM 0.33.0. What follows -- is appended to it as it is. Whatever \
            else there is to say goes to standard error.
            """)

    @OptionGroup var model: ModelNameOptions

    @Option(help: "A YAML file that describes a model of your own.")
    var modelFile: String?

    @Option(help: "The checkpoint's folder on the server's disk; its repository on the model hub when left out.")
    var modelPath: String?

    @Option(help: "The address to listen on; all of the machine when left out.")
    var host: String?

    @Option(parsing: .unconditional, help: "The port to listen on.")
    var port = 8000

    @Flag(help: "8-bit weights, made of the 16-bit ones while they are loaded.")
    var fp8 = false

    @Flag(name: .customLong("disable-mmcache"), help: "Keep nothing that was made of a video for another question.")
    var disableMMCache = false

    @Option(parsing: .unconditional, help: "GPUs that hold a part of the model each.")
    var tensorParallelSize: Int?

    @Option(parsing: .unconditional, help: "The share of a GPU's memory that vLLM takes, such as 0.9.")
    var gpuMemoryUtilization: Double?

    @Option(parsing: .unconditional, help: "The smallest area of a frame, as it is given to `shotlist run`.")
    var captioningMinPixels: Int?

    @Option(parsing: .unconditional, help: "The largest area of a frame, as it is given to `shotlist run`.")
    var captioningMaxPixels: Int?

    @Option(help: "The folder of --endpoint-media-dir, for --endpoint-media file.")
    var endpointMediaDir: String?

    @Argument(parsing: .postTerminator, help: "Further arguments of vLLM.")
    var further: [String] = []

    func run() async throws {
        try await Ending.of {
            print(try command().shellText)
            return 0
        }
    }

    private func command() throws(ShotlistError) -> VLLMCommand {
        try checkNumbers()
        var registry = ModelRegistry.standard
        if let modelFile { registry.add(try ModelFile.read(modelFile)) }
        let spec = try model.spec(in: registry)
        let sizing = try spec.frameSizing?.bounded(
            minimumPixels: captioningMinPixels, maximumPixels: captioningMaxPixels)
        var command = try VLLMCommand(serving: spec, folder: modelPath, frameSizing: sizing)
        if fp8, !command.askForFP8() {
            FileHandle.standardError.write(
                Data("'\(spec.name)' is published in few bits already; --fp8 changes nothing.\n".utf8))
        }
        command.host = host
        command.port = port
        command.usesMMCache = !disableMMCache
        command.tensorParallelSize = tensorParallelSize
        command.gpuMemoryUtilization = gpuMemoryUtilization
        command.mediaFolder = endpointMediaDir
        command.further = further
        return command
    }

    private func checkNumbers() throws(ShotlistError) {
        guard (1...65535).contains(port) else {
            throw ShotlistError(.invalidArgument, "There is no port \(port).", remedy: "Give 1 to 65535.")
        }
        if let size = tensorParallelSize, !(1...1024).contains(size) {
            throw ShotlistError(
                .invalidArgument, "A model cannot be on \(size) GPUs.",
                remedy: "Give 1 or more as --tensor-parallel-size.")
        }
        if let share = gpuMemoryUtilization, !(share > 0 && share <= 1) {
            throw ShotlistError(
                .invalidArgument, "\(share) is no share of a GPU's memory.",
                remedy: "Give --gpu-memory-utilization above 0 and at most 1, such as 0.9.")
        }
    }
}
