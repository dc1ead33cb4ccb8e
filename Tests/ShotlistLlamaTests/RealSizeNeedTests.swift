import Foundation
import ShotlistCore
import ShotlistLlama
import Testing

/// The memory formula at the real sizes, against what llama.cpp logged for the models of `scripts/real-size`.
@Suite("Memory need at real sizes")
struct RealSizeNeedTests {
    private func need(_ file: HeaderFile, tokens: Int) throws -> MemoryNeed {
        let url = FileManager.default.temporaryDirectory.appending(path: "shotlist-\(UUID().uuidString).gguf")
        defer { try? FileManager.default.removeItem(at: url) }
        try file.write(to: url)
        return try .of(text: url.path, projector: nil, contextTokens: tokens)
    }

    private func mebibytes(_ number: Double) -> Int { Int(number * Double(1 << 20)) }

    private func qwen(_ architecture: String, layers: UInt32, width: UInt32, heads: [UInt32], feedForward: UInt32)
        -> HeaderFile
    {
        var file = HeaderFile(architecture: architecture)
        file.set("\(architecture).block_count", layers)
        file.set("\(architecture).context_length", 32768)
        file.set("\(architecture).embedding_length", width)
        file.set("\(architecture).feed_forward_length", feedForward)
        file.set("\(architecture).attention.head_count", heads[0])
        file.set("\(architecture).attention.head_count_kv", heads[1])
        file.addTensor("blk.0.ffn_gate.weight")
        return file
    }

    @Test(
        "Qwen2.5 of 7 and of 14 billion",
        arguments: [(1024, 56, 140.02, 192, 122.01), (8192, 448, 147.02, 1536, 129.01)])
    func qwen(tokens: Int, small: Double, smallWork: Double, large: Double, largeWork: Double) throws {
        let seven = try need(
            qwen("qwen2vl", layers: 28, width: 3584, heads: [28, 4], feedForward: 18944), tokens: tokens)
        #expect(seven.cache == mebibytes(small))
        #expect(abs(Double(seven.compute) / Double(mebibytes(smallWork)) - 1) < 0.1)
        let fourteen = try need(
            qwen("qwen2", layers: 48, width: 5120, heads: [40, 8], feedForward: 13824), tokens: tokens)
        #expect(fourteen.cache == mebibytes(large))
        #expect(abs(Double(fourteen.compute) / Double(mebibytes(largeWork)) - 1) < 0.1)
    }

    @Test("Nemotron Nano 12B v2: six layers of attention, 28 with a state")
    func nemotron() throws {
        let pattern = String(repeating: "M-M-M-M*-", count: 6) + "M-M-M-M-"
        var file = HeaderFile(architecture: "nemotron_h")
        file.set("nemotron_h.block_count", UInt32(pattern.count))
        file.set("nemotron_h.context_length", 1 << 20)
        file.set("nemotron_h.embedding_length", 5120)
        file.set("nemotron_h.feed_forward_length", pattern.map { $0 == "-" ? 20480 : 0 })
        file.set("nemotron_h.attention.head_count", 40)
        file.set("nemotron_h.attention.head_count_kv", pattern.map { $0 == "*" ? 8 : 0 })
        file.set("nemotron_h.attention.key_length", 128)
        file.set("nemotron_h.attention.value_length", 128)
        file.set("nemotron_h.ssm.conv_kernel", 4)
        file.set("nemotron_h.ssm.state_size", 128)
        file.set("nemotron_h.ssm.group_count", 8)
        file.set("nemotron_h.ssm.inner_size", 10240)
        file.set("nemotron_h.ssm.time_step_rank", 128)
        let need = try need(file, tokens: 8192)
        #expect(need.cache == mebibytes(192))
        #expect(abs(need.recurrentState - mebibytes(143.94)) < 1 << 13)
        #expect(abs(Double(need.compute) / Double(mebibytes(155.54)) - 1) < 0.1)
    }

    @Test("A text model is refused on a small machine, as a vision model is")
    func textModel() throws {
        let options = LlamaTextOptions(modelPath: Fixture.path("tiny-qwen2.5-f32.gguf"))
        let error = try #require(throws: ShotlistError.self) {
            _ = try TextSession(options: options) { MachineMemory(available: 10_000_000, total: 20_000_000) }
        }
        #expect(error.code == .outOfMemory)
        #expect(error.message.contains("10 MB of 20 MB are free"))
        #expect(throws: Never.self) { _ = try TextSession(options: options) { nil } }
    }
}
