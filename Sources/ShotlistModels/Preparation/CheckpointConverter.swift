import Foundation
import ShotlistCore
import Synchronization

/// One file to make of a checkpoint.
public struct Conversion: Sendable, Hashable {
    /// The type of weights that the converter writes.
    public enum WeightType: String, Sendable, Hashable {
        case bf16, f16, f32
        case q8_0
    }

    /// The folder of the checkpoint.
    public var checkpoint: String
    /// The GGUF file to write.
    public var output: String
    /// The type of its weights; NVFP4 stays what it is.
    public var type: WeightType
    /// The vision tower, not the text model.
    public var isProjector: Bool
    /// Keeps what is FP8 as 8-bit whole numbers, not as 16 bits that hold it exactly.
    public var fp8AsQ8: Bool

    /// Describes a file to make.
    public init(
        checkpoint: String, output: String, type: WeightType, isProjector: Bool = false, fp8AsQ8: Bool = false
    ) {
        self.checkpoint = checkpoint
        self.output = output
        self.type = type
        self.isProjector = isProjector
        self.fp8AsQ8 = fp8AsQ8
    }
}

/// Makes GGUF files of checkpoints.
public protocol CheckpointConverter: Sendable {
    /// Makes one file.
    ///
    /// - Throws: ``ShotlistError``; `CancellationError`.
    func convert(_ conversion: Conversion, onEvent: @escaping PreparationEvent.Handler) async throws
}

/// llama.cpp's own converter, in a Python process.
public struct LlamaConverter: CheckpointConverter {
    /// Which converter it is: the sdist's version and a number of ours, which is raised when files that were made before
    /// must be made again.
    public static let version = "0.3.36-1"

    private let preTokenizer: String?
    private let cacheFolder: String

    /// Makes a converter.
    ///
    /// - Parameters:
    ///   - preTokenizer: how a tokenizer that llama.cpp does not know splits text, by llama.cpp's name, such as `qwen2`;
    ///     `SHOTLIST_CONVERT_PRE_TOKENIZER` when nil.
    ///   - cacheFolder: where its Python environment is kept; `shotlist` in the user's cache folder when nil.
    public init(preTokenizer: String? = nil, cacheFolder: String? = nil) {
        self.cacheFolder = cacheFolder ?? ConversionEnvironment.userCacheFolder
        self.preTokenizer =
            preTokenizer ?? ProcessInfo.processInfo.environment["SHOTLIST_CONVERT_PRE_TOKENIZER"]
    }

    public func convert(_ conversion: Conversion, onEvent: @escaping PreparationEvent.Handler) async throws {
        onEvent(.progress(.environment, done: 0, total: 0))
        let environment = try await ConversionEnvironment.make(in: cacheFolder, onEvent: onEvent)
        let failed = LineCollector()
        let step: PreparationStep = conversion.isProjector ? .projector : .text
        let tool = ToolProcess(
            program: environment.python, arguments: arguments(conversion, in: environment),
            environment: ["PYTHONDONTWRITEBYTECODE": "1"])
        let ending = try await tool.run { line in
            guard let message = try? JSONDecoder().decode(Message.self, from: Data(line.utf8)) else { return }
            if message.error != nil {
                failed.add(line)
            } else if message.stage == "write", let done = message.done, let total = message.total {
                onEvent(.progress(step, done: done, total: total))
            }
        }
        guard ending.status == 0 else {
            let line = failed.all.last.map { Data($0.utf8) } ?? Data()
            throw failure((try? JSONDecoder().decode(Message.self, from: line)), conversion, ending)
        }
    }

    private func arguments(_ conversion: Conversion, in environment: ConversionEnvironment) -> [String] {
        var arguments = [
            "-B", environment.script, "--llama", environment.sources, "--checkpoint", conversion.checkpoint,
            "--output", conversion.output, "--type", conversion.type.rawValue,
        ]
        if conversion.isProjector { arguments.append("--projector") }
        if conversion.fp8AsQ8 { arguments.append("--fp8-as-q8") }
        if let preTokenizer { arguments += ["--pre-tokenizer", preTokenizer] }
        return arguments
    }

    private struct Message: Decodable {
        let stage: String?
        let done: Int?
        let total: Int?
        let error: String?
        let message: String?
    }

    private func failure(
        _ message: Message?, _ conversion: Conversion, _ ending: ToolProcess.Ending
    ) -> ShotlistError {
        let folder = conversion.checkpoint
        let said = message?.message ?? ending.lastErrors.last ?? "it ended with \(ending.status)"
        switch message?.error {
        case "unknown_tokenizer":
            return ShotlistError(
                .modelInvalid, "The tokenizer of '\(folder)' is none that llama.cpp knows.",
                remedy: "If it splits text as a known one does, name that one in SHOTLIST_CONVERT_PRE_TOKENIZER, "
                    + "such as qwen2.")
        case "unsupported":
            return ShotlistError(
                .modelMismatch, "llama.cpp's converter cannot convert '\(folder)': \(said).",
                remedy: "Use a model of an architecture that `shotlist models list` names.")
        case "disk_full":
            return ShotlistError(
                .diskFull, "The disk is full: '\(conversion.output)' could not be written.",
                remedy: "Free space and run the same command again.")
        default:
            return ShotlistError(
                .modelInvalid, "The checkpoint '\(folder)' could not be converted: \(said).",
                remedy: "Download the checkpoint again with `shotlist models pull`.")
        }
    }
}
