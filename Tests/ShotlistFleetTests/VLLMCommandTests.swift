import Foundation
import ShotlistCore
import ShotlistFleet
import Testing

/// The command that serves a model; `make test-vllm` gives what the program prints to vLLM's own parser.
@Suite("The command for vLLM")
struct VLLMCommandTests {
    private func command(_ family: VLLMCommand.Family) -> VLLMCommand {
        VLLMCommand(model: "Owner/Model", revision: "abc1234", servedName: "name", family: family)
    }

    @Test("of a text model has no word of videos")
    func text() {
        var text = command(.text)
        text.port = 8001
        #expect(
            text.shellText
                == "vllm serve Owner/Model --revision abc1234 --served-model-name name --port 8001 "
                + "--max-model-len 32768 --enable-prompt-tokens-details")
    }

    @Test("does not show a key that is among its further words")
    func keys() {
        var text = command(.text)
        text.further = ["--api-key", "secret-1", "--api-key=secret-2"]
        #expect(text.shellText.hasSuffix(" --api-key secret-1 --api-key=secret-2"))
        #expect(text.shownText.hasSuffix(" --api-key ... --api-key=..."))
    }

    @Test(
        "tells records what its weights are, and which further words may change answers",
        arguments: [
            ([], .asPublished, nil), ([], .fp8, "fp8"), ([], .modelOptFP4, "nvfp4"),
            (["--max-num-seqs", "128", "--api-key", "secret", "--tensor-parallel-size=2"], .asPublished, nil),
            (
                ["--quantization", "bitsandbytes", "--port", "1"], .asPublished,
                "as published --quantization bitsandbytes"
            ),
            (["--api_key=secret", "--hf-overrides={}", "--enforce-eager"], .modelOptFP8, "fp8 --hf-overrides={}"),
        ] as [([String], VLLMCommand.Weights, String?)])
    func precision(further: [String], weights: VLLMCommand.Weights, precision: String?) {
        var command = VLLMCommand(model: "some/model", revision: nil, servedName: "some", family: .text)
        command.further = further
        command.weights = weights
        #expect(command.precision == precision)
    }

    @Test("of Qwen2.5-VL bounds frames and takes one video a prompt")
    func qwen() throws {
        var qwen = command(.qwenVL(.smart(try ResizePlan())))
        qwen.weights = .fp8
        qwen.usesMMCache = false
        qwen.tensorParallelSize = 2
        qwen.gpuMemoryUtilization = 0.85
        qwen.further = ["--max-model-len", "16384"]
        #expect(
            qwen.arguments == [
                "serve", "Owner/Model", "--revision", "abc1234", "--served-model-name", "name",
                "--max-model-len", "32768", "--max-num-batched-tokens", "32768",
                "--limit-mm-per-prompt", #"{"image":0,"video":1}"#, "--trust-request-mm-kwargs",
                "--mm-processor-kwargs", #"{"size":{"shortest_edge":75264,"longest_edge":602112}}"#,
                "--mm-processor-cache-gb", "0", "--quantization", "fp8", "--enable-prompt-tokens-details",
                "--tensor-parallel-size", "2", "--gpu-memory-utilization", "0.85", "--max-model-len", "16384",
            ])
    }

    @Test("of Nemotron has its code, its pruning off and its weights' type")
    func nemotron() {
        var nemotron = command(.nemotronVL)
        #expect(nemotron.shellText.contains("--trust-remote-code --video-pruning-rate 0 --dtype bfloat16"))
        #expect(!nemotron.shellText.contains("--mm-processor-kwargs"))
        nemotron.weights = .modelOptFP8
        #expect(nemotron.shellText.contains("--video-pruning-rate 0 --quantization modelopt --enable"))
        nemotron.weights = .modelOptFP4
        #expect(nemotron.shellText.contains("--video-pruning-rate 0 --quantization modelopt_fp4 --enable"))
    }

    @Test("is read back by a shell word for word")
    func quoting() throws {
        var odd = command(.text)
        odd.program = "/opt/my programs/vllm"
        odd.model = "it's $HOME/`models`/a\\b"
        odd.revision = nil
        odd.further = ["", "--chat-template", "{{ \"x\" }}\nnext", "~", "*", "é", "#x", "a;b|c&d>e<f(g)!h"]
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", "printf '%s\\0' \(odd.shellText)"]
        let output = Pipe()
        shell.standardOutput = output
        try shell.run()
        let data = try #require(try output.fileHandleForReading.readToEnd())
        shell.waitUntilExit()
        let words = data.split(separator: 0, omittingEmptySubsequences: false).dropLast()
        #expect(words.map { String(decoding: $0, as: UTF8.self) } == [odd.program] + odd.arguments)
    }

    /// The server's `smart_resize` (transformers), in terms of this package's own: the limits of one frame, whatever
    /// the number of frames.
    @Test("leaves frames of Qwen2.5-VL's sizes as they are")
    func qwenSizes() throws {
        let plan = try ResizePlan()
        let limits = try #require(FrameSizing.smart(plan).serverLimits)
        let server = try ResizePlan(
            minimumPixels: limits.least, maximumPixels: limits.most, totalPixels: .max)
        for source in Self.sources {
            for frames in stride(from: 4, through: 768, by: 4) {
                let size = try plan.size(for: source, frames: frames)
                #expect(try server.size(for: size, frames: frames) == size, "\(source), \(frames) frames")
            }
        }
    }

    @Test("leaves frames of Qwen3-VL's sizes as they are")
    func qwen3Sizes() throws {
        let plan = try VolumeResizePlan()
        let limits = try #require(FrameSizing.volume(plan).serverLimits)
        let server = try VolumeResizePlan(minimumVolume: limits.least, maximumVolume: limits.most)
        for source in Self.sources {
            for frames in stride(from: 4, through: 768, by: 4) {
                let size = try plan.size(for: source, frames: frames)
                #expect(try server.size(for: size, frames: frames) == size, "\(source), \(frames) frames")
            }
        }
    }

    private static let sources = [
        (64, 64), (176, 144), (320, 240), (426, 240), (640, 360), (720, 576), (854, 480), (1280, 720), (1920, 1080),
        (720, 1280), (1080, 1920), (2048, 858), (3840, 2160), (1000, 1000), (1920, 400), (400, 1920),
    ].map { PixelSize(width: $0.0, height: $0.1) }
}
