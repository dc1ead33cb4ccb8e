import Foundation
import Testing

/// `make test-vllm` gives these lines to vLLM's own parser.
@Suite("shotlist serve-command")
struct ServeCommandTests {
    private func line(_ arguments: String...) async throws -> String {
        let run = try await Command.run(Command.path, ["serve-command"] + arguments)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.split(separator: "\n").count == 1)
        return run.output
    }

    @Test("names the variant's checkpoint at its revision, under the variant's name")
    func checkpoints() async throws {
        for (variant, words) in [
            ("qwen", "Qwen/Qwen2.5-VL-7B-Instruct --revision cc59489 --served-model-name qwen "),
            ("qwen2.5", "Qwen/Qwen2.5-VL-7B-Instruct --revision cc59489 --served-model-name qwen "),
            ("qwen3", "Qwen/Qwen3-VL-8B-Instruct --revision 0c351dd --served-model-name qwen3 "),
            ("text/qwen3", "Qwen/Qwen3-14B --revision f8c293d --served-model-name qwen3 "),
            ("qwen_lm", "Qwen/Qwen2.5-14B-Instruct --revision cf98f3b --served-model-name qwen_lm "),
        ] {
            #expect(try await line(variant).hasPrefix("vllm serve \(words)"))
        }
    }

    @Test("says how each of Nemotron's checkpoints is loaded")
    func nemotron() async throws {
        for (variant, words) in [
            ("nemotron", "--dtype bfloat16"), ("nemotron-bf16", "--dtype bfloat16"),
            ("nemotron-fp8", "--quantization modelopt"), ("nemotron-nvfp4", "--quantization modelopt_fp4"),
        ] {
            let line = try await line(variant)
            #expect(line.contains(" --trust-remote-code --video-pruning-rate 0 \(words) "))
            #expect(line.contains(" --served-model-name \(variant) "))
        }
    }

    @Test("takes a run's parameters, and appends what follows --")
    func parameters() async throws {
        let line = try await line(
            "qwen", "--port", "8003", "--fp8", "--disable-mmcache", "--tensor-parallel-size", "2",
            "--gpu-memory-utilization", "0.8", "--captioning-max-pixels", "200704", "--endpoint-media-dir", "/mnt/a b",
            "--host", "127.0.0.1", "--model-path", "/models/qwen", "--", "--max-num-seqs", "64")
        for words in [
            "vllm serve /models/qwen --served-model-name qwen --host 127.0.0.1 --port 8003 ", " --quantization fp8 ",
            " --mm-processor-cache-gb 0 ", " --tensor-parallel-size 2 ", " --gpu-memory-utilization 0.8 ",
            #"'{"size":{"shortest_edge":75264,"longest_edge":200704}}'"#,
            " --allowed-local-media-path '/mnt/a b' ",
        ] {
            #expect(line.contains(words), "\(words)")
        }
        #expect(line.hasSuffix(" --max-num-seqs 64\n"))
        #expect(!line.contains("--revision"))
    }

    @Test("says that 8 bits change nothing of a model that is published so")
    func fewBits() async throws {
        let run = try await Command.shotlist("serve-command", "nemotron-fp8", "--fp8")
        #expect(run.status == 0)
        #expect(run.errors.contains("--fp8 changes nothing"))
        #expect(!run.output.contains("--quantization fp8"))
    }

    @Test("refuses what vLLM cannot serve, in one sentence")
    func refused() async throws {
        for variant in ["demo", "smollm2"] {
            let run = try await Command.shotlist("serve-command", variant)
            #expect(run.status == 64)
            #expect(run.output.isEmpty)
            #expect(run.errors.hasPrefix("shotlist: vLLM does not serve '\(variant)'"))
            #expect(run.errors.split(separator: "\n").count == 1)
        }
    }

    @Test(
        "refuses numbers that cannot be",
        arguments: [
            ["--port", "0"], ["--port", "65536"], ["--tensor-parallel-size", "0"], ["--gpu-memory-utilization", "1.5"],
            ["--gpu-memory-utilization", "nan"], ["--captioning-max-pixels", "1"],
        ])
    func numbers(words: [String]) async throws {
        let run = try await Command.run(Command.path, ["serve-command", "qwen"] + words)
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
    }
}
