import Foundation
import Testing

@Suite("shotlist models try")
struct ModelsTryTests {
    /// SmolLM2, a real model, which `make test` fetched.
    private static func smolLM2() throws -> String {
        let file = Repository.root.appending(path: ".deps/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")
        try #require(FileManager.default.fileExists(atPath: file.path), "run `scripts/fetch-smollm2.sh` first")
        return file.path
    }

    /// Runs the command without leave to ask a server, and expects an error in one sentence.
    private func failure(_ arguments: String..., status: Int32, naming: String...) async throws {
        let run = try await Command.run(
            "/usr/bin/env", ["HF_HUB_OFFLINE=1", Command.path, "models", "try"] + arguments)
        #expect(run.status == status, "\(run.errors)")
        #expect(run.output.isEmpty)
        // A named model's weights are chosen, and that is said, before its files are looked for.
        let errors = run.errors.split(separator: "\n").filter { !$0.hasPrefix("Weights of ") }
        #expect(errors.count == 1 && errors.first?.hasPrefix("shotlist: ") == true, "\(run.errors)")
        for part in naming { #expect(run.errors.contains(part), "\(part) is not in: \(run.errors)") }
    }

    @Test("A real model answers, the same each time")
    func answers() async throws {
        let file = try Self.smolLM2()
        let run = try await Command.shotlist(
            "models", "try", "smollm2", "Say hello.", "--model-path", file, "--max-output-tokens", "24", "--threads",
            "1")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("Hello"), "\(run.output)")
        #expect(run.errors.contains("output tokens a second"), "\(run.errors)")
        let again = try await Command.shotlist(
            "models", "try", "smollm2", "Say hello.", "--model-path", file, "--max-output-tokens", "24", "--threads",
            "1")
        #expect(again.output == run.output)
        let asked = try await Command.shotlist(
            "models", "try", "smollm2", "Say hello.", "--system", "You are a pirate.", "--model-path", file,
            "--max-output-tokens", "24", "--threads", "1")
        #expect(asked.status == 0 && !asked.output.isEmpty && asked.output != run.output, "\(asked.errors)")
    }

    @Test("What cannot be asked is one sentence, and wrong usage")
    func usage() async throws {
        try await failure("smollm2", " \n", status: 64, naming: "prompt is empty")
        try await failure("smollm2", "Hi", "--max-output-tokens", "0", status: 64, naming: "0 tokens")
        try await failure("smollm2", "Hi", "--threads", "0", status: 64, naming: "0 threads")
        try await failure("smollm", "Hi", status: 64, naming: "'smollm'", "Did you mean 'smollm2'?")
    }

    @Test("A model of one's own, and every way to name the text model")
    func names() async throws {
        let (folder, file) = (try Folder(), try Self.smolLM2())
        try folder.write(
            """
            name: mine
            kind: text
            architecture: smollm2
            source: {hub: {repository: Owner/Tiny, files: ["*.safetensors", "*.json"]}}
            parameters: {text: 1000}
            """, "mine.yaml")
        for name in [
            ["mine", "--model-file", folder.path("mine.yaml")], ["text/smollm2"], ["smollm2", "--text"],
            ["text/smollm2", "--kind", "text"],
        ] {
            let arguments =
                ["models", "try"] + name + [
                    "Say hello.", "--model-path", file, "--max-output-tokens", "1", "--threads", "1",
                ]
            let run = try await Command.run(Command.path, arguments)
            #expect(run.status == 0 && !run.output.isEmpty, "\(name): \(run.errors)")
        }
        try await failure("qwen3", "Hi", "--kind", "vision", status: 64, naming: "asks a text model")
    }

    @Test("A missing file, and files that are no text model")
    func files() async throws {
        let demo = Repository.root.appending(path: "Models/demo")
        let nowhere = try Folder().path("nowhere")
        try await failure("smollm2", "Hi", "--model-path", nowhere, status: 1, naming: nowhere, "does not exist")
        try await failure("smollm2", "Hi", "--model-dir", nowhere, status: 1, naming: nowhere, "HF_HUB_OFFLINE")
        let projector = demo.appending(path: "demo-mmproj-f16.gguf").path
        try await failure("smollm2", "Hi", "--model-path", projector, status: 1, naming: projector, "is a projector")
        let vision = demo.appending(path: "demo-text-f16.gguf").path
        try await failure("qwen_lm", "Hi", "--model-path", vision, status: 1, naming: vision, "qwen2vl", "qwen3")
        try await failure(
            "qwen3", "Hi", "--model-dir", nowhere, "--weights", "q4_k_m", status: 1, naming: "Qwen/Qwen3-14B",
            "HF_HUB_OFFLINE")
    }
}
