import Foundation
import ShotlistCore
import ShotlistLlama
import Testing

/// The memory that a model is said to need, against llama.cpp's own buffers and by hand.
@Suite("Memory need")
struct MemoryNeedTests {
    private let text = Tiny.options.modelPath
    private let projector = Tiny.options.projectorPath
    /// llama.cpp names sizes in MiB with two decimals.
    private let rounding = 1 << 13

    private func need(_ tokens: Int, sequences: Int = 1, frame: PixelSize? = nil) throws -> MemoryNeed {
        try .of(
            text: text, projector: projector, contextTokens: tokens, sequences: sequences, largestFrame: frame)
    }

    @Test("Weights are the files without their headers, and the parts add up")
    func parts() throws {
        let need = try need(1024, frame: PixelSize(width: 140, height: 140))
        for (weights, path) in [(need.textWeights, text), (need.projectorWeights, projector)] {
            let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
            #expect(weights < size)
            #expect(weights > size - 40_000)
        }
        #expect(need.recurrentState == 0)
        #expect(need.vision > 100 * 64 * 4)
        let parts = [
            need.textWeights, need.projectorWeights, need.cache, need.compute, need.vision, need.embeddings,
            need.program,
        ]
        #expect(need.total == parts.reduce(0, +))
        #expect(parts.allSatisfy { $0 > 0 })
    }

    @Test("Keys and values: 3 layers of 2 heads of 16, twice, 2 bytes each", arguments: [256, 1000, 1024, 4096])
    func cache(tokens: Int) throws {
        let need = try need(tokens)
        #expect(need.cache == 3 * 2 * 16 * 2 * 2 * ((tokens + 255) / 256 * 256))
        let measured = try MeasuredBuffers(text: text, contextTokens: tokens)
        #expect(abs(measured.cache - need.cache) <= rounding)
        #expect(measured.recurrentState == 0)
    }

    @Test("What a batch works in is what llama.cpp reserves for it, within a tenth", arguments: [1024, 4096])
    func compute(tokens: Int) throws {
        for path in [text, DemoFiles.options.modelPath] {
            let context = min(tokens, 2048)
            let need = try MemoryNeed.of(text: path, projector: nil, contextTokens: context)
            let measured = try MeasuredBuffers(text: path, contextTokens: context)
            #expect(measured.compute > 0)
            #expect(abs(Double(measured.compute) / Double(need.compute) - 1) < 0.1, "\(measured) \(need)")
        }
    }

    @Test("Sequences share a context of so many times the tokens, up to what the model was trained for")
    func sequences() throws {
        #expect(try need(512, sequences: 3).cache == need(512).cache * 3)
        #expect(try need(100_000).cache == need(4096).cache)
    }

    @Test("Larger frames need more, and without a projector there is nothing to see them with")
    func frames() throws {
        let small = try need(1024, frame: PixelSize(width: 140, height: 140))
        let large = try need(1024, frame: PixelSize(width: 280, height: 280))
        #expect(large.vision > 4 * small.vision)
        #expect(large.total - large.vision == small.total - small.vision)
        let alone = try MemoryNeed.of(
            text: text, projector: nil, contextTokens: 1024, largestFrame: PixelSize(width: 280, height: 280))
        #expect(alone.vision == 0)
        #expect(alone.projectorWeights == 0)
    }

    /// The figures are of docs/models.md: what a run of a model of this size took.
    @Test("The estimate without files is near what real sizes take")
    func estimate() {
        let qwen = MemoryNeed.estimate(
            parameters: 7_615_616_512, bits: 4.9, projectorParameters: 676_550_144, contextTokens: 1024,
            cacheBytesPerToken: 57_344)
        #expect(abs(Double(qwen.total) / 6_376_000_000 - 1) < 0.1, "\(qwen.total)")
    }

    @Test("A file that is no model is refused")
    func noModel() {
        #expect(throws: ShotlistError.self) {
            try MemoryNeed.of(text: Fixture.path("goldens.json"), projector: nil, contextTokens: 1)
        }
        #expect(throws: ShotlistError.self) {
            try MemoryNeed.of(text: projector, projector: nil, contextTokens: 1)
        }
    }
}
