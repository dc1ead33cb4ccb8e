import Foundation
import ShotlistCore

/// The command that has vLLM serve a model as this package asks it. Its flags are those of vLLM 0.33.0.
public struct VLLMCommand: Sendable, Hashable {
    /// A kind of model, which decides what vLLM must be told.
    public enum Family: Sendable, Hashable {
        /// Qwen2.5-VL or Qwen3-VL, with the rule for the size at which it is shown frames.
        case qwenVL(FrameSizing)
        /// Nemotron Nano v2 VL, whose frames have one size.
        case nemotronVL
        /// A model that reads words alone.
        case text
    }

    /// How the weights are kept.
    public enum Weights: Sendable, Hashable {
        /// As they are published, in 16 bits.
        case asPublished
        /// Published in 16 bits, and made 8-bit floating point while they are loaded.
        case fp8
        /// Published by ModelOpt in 8-bit floating point.
        case modelOptFP8
        /// Published by ModelOpt in 4-bit floating point.
        case modelOptFP4
    }

    /// The program.
    public var program = "vllm"
    /// The repository of the model hub, or a folder on the server's disk.
    public var model: String
    /// The commit or branch of the repository; nil for a folder.
    public var revision: String?
    /// The name by which requests ask for the model.
    public var servedName: String
    /// The kind of model.
    public var family: Family
    /// How the weights are kept.
    public var weights = Weights.asPublished
    /// The address to listen on; nil for vLLM's own choice, which is every address of the machine.
    public var host: String?
    /// The port to listen on; nil for vLLM's own choice, 8000.
    public var port: Int?
    /// Whether vLLM keeps what it made of a video, for another question about it.
    public var usesMMCache = true
    /// A folder whose files vLLM may read, for windows that are sent as files (``MediaForm/file``).
    public var mediaFolder: String?
    /// GPUs that hold a part of the model each; nil for one.
    public var tensorParallelSize: Int?
    /// The share of a GPU's memory that vLLM takes, above 0 and at most 1; nil for its own choice.
    public var gpuMemoryUtilization: Double?
    /// Arguments that come last, and so go before those above.
    public var further: [String] = []

    /// Makes a command.
    ///
    /// - Parameters:
    ///   - model: a repository, or a folder.
    ///   - revision: the repository's commit or branch; nil for a folder.
    ///   - servedName: the name by which requests ask for the model.
    ///   - family: the kind of model.
    public init(model: String, revision: String?, servedName: String, family: Family) {
        self.model = model
        self.revision = revision
        self.servedName = servedName
        self.family = family
    }

    /// Tokens of the context: the longest video of the plans, its prompt and its caption.
    static let contextTokens = 32_768

    /// All words after the program's name.
    public var arguments: [String] {
        var words = ["serve", model]
        if let revision { words += ["--revision", revision] }
        words += ["--served-model-name", servedName]
        if let host { words += ["--host", host] }
        if let port { words += ["--port", "\(port)"] }
        words += ["--max-model-len", "\(Self.contextTokens)"]
        if family != .text { words += frameWords }
        if family == .nemotronVL { words += ["--trust-remote-code", "--video-pruning-rate", "0"] }
        words += weightWords
        if let mediaFolder { words += ["--allowed-local-media-path", mediaFolder] }
        // Without it answers do not say how much of a prompt was in the cache.
        words.append("--enable-prompt-tokens-details")
        if let tensorParallelSize { words += ["--tensor-parallel-size", "\(tensorParallelSize)"] }
        if let gpuMemoryUtilization { words += ["--gpu-memory-utilization", "\(gpuMemoryUtilization)"] }
        return words + further
    }

    /// The command as a line for a shell.
    public var shellText: String { ([program] + arguments).map(Self.quoted).joined(separator: " ") }

    /// The same for whoever may read it: without a key that is among the further arguments.
    public var shownText: String {
        var words = [program] + arguments
        for index in words.indices {
            if words[index].hasPrefix("--api-key=") { words[index] = "--api-key=..." }
            if index > 0, words[index - 1] == "--api-key" { words[index] = "..." }
        }
        return words.map(Self.quoted).joined(separator: " ")
    }

    private var frameWords: [String] {
        var words = [
            "--max-num-batched-tokens", "\(Self.contextTokens)",
            "--limit-mm-per-prompt", #"{"image":0,"video":1}"#,
            // Requests say which frames they hold (media_io_kwargs); vLLM refuses them all without this.
            "--trust-request-mm-kwargs",
        ]
        if case .qwenVL(let sizing) = family, let limits = sizing.serverLimits {
            words += [
                "--mm-processor-kwargs",
                #"{"size":{"shortest_edge":\#(limits.least),"longest_edge":\#(limits.most)}}"#,
            ]
        }
        if !usesMMCache { words += ["--mm-processor-cache-gb", "0"] }
        return words
    }

    private var weightWords: [String] {
        let dtype = family == .nemotronVL ? ["--dtype", "bfloat16"] : []
        switch weights {
        case .asPublished: return dtype
        case .fp8: return dtype + ["--quantization", "fp8"]
        case .modelOptFP8: return ["--quantization", "modelopt"]
        case .modelOptFP4: return ["--quantization", "modelopt_fp4"]
        }
    }

    /// A word as a POSIX shell reads it back.
    private static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.unicodeScalars.allSatisfy { scalar in
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                    || "_@%+=:,./-".unicodeScalars.contains(scalar)
            }
        return isPlain ? word : "'\(word.replacing("'", with: #"'\''"#))'"
    }
}

extension FrameSizing {
    /// The bounds for the server's own resize, in its `size`, by which it leaves frames of this rule's sizes as they are;
    /// nil where it has no bounds.
    ///
    /// Qwen2.5-VL's bounds are those of one frame, Qwen3-VL's those of all frames together.
    package var serverLimits: (least: Int, most: Int)? {
        switch self {
        // A window of many frames leaves each so little that rounding down takes it below the rule's own least: by less
        // than a quarter, unless it is more than ten times as long as it is wide.
        case .smart(let plan): (plan.minimumPixels / 4 * 3, plan.maximumPixels)
        case .volume(let plan): (plan.minimumVolume, plan.maximumVolume)
        case .stretched: nil
        }
    }
}
