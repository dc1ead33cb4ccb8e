import Foundation
import ShotlistCore
import ShotlistLlama
import Synchronization
import Testing

@Suite("Quantising in this process")
struct QuantizerTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private var output: String { folder.appending(path: "out.gguf").path }

    private func logits(_ model: String) throws -> [Float] {
        var options = Tiny.options
        options.modelPath = model
        let session = try CaptionSession(options: options)
        return try session.lastLogits(of: Tiny.prompt(Goldens.all.windows[0], in: session))
    }

    /// Eight bits are within 1 in 127 of the largest of 32 numbers and rounded, about 0.4 % of it; logits of the tiny
    /// model have a deviation near 1. Four and six bits differ more, and the tiny model's rows of 64 are too short for
    /// some of Q4_K_M's types, for which llama.cpp takes larger ones.
    @Test(
        "A quantised model answers nearly as it did",
        arguments: [(GGUFQuantizer.Precision.q8_0, 0.2), (.q4KM, 1.5)] as [(GGUFQuantizer.Precision, Float)])
    func close(precision: GGUFQuantizer.Precision, tolerance: Float) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let seen = Mutex<[Int]>([])
        try await GGUFQuantizer(threads: 1).quantize(Tiny.options.modelPath, to: output, as: precision) { done, total in
            seen.withLock { $0.append(total) }
            #expect((1...total).contains(done))
        }
        let totals = seen.withLock { $0 }
        #expect(totals.count > 10)
        #expect(Set(totals) == [totals.count])
        let size = try FileManager.default.attributesOfItem(atPath: output)[.size] as? Int ?? 0
        let before = try FileManager.default.attributesOfItem(atPath: Tiny.options.modelPath)[.size] as? Int ?? 0
        #expect(size < before / 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.gguf"])
        let (one, other) = (try logits(Tiny.options.modelPath), try logits(output))
        let off = distance(one, other)
        #expect(off < tolerance)
        #expect(off > 0)
    }

    @Test("A cancellation leaves the file that was there, and nothing else")
    func cancelled() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("mine".utf8).write(to: URL(fileURLWithPath: output))
        let (model, path) = (Tiny.options.modelPath, output)
        let holder = Mutex<Task<Void, any Error>?>(nil)
        let task = Task {
            try await GGUFQuantizer(threads: 1).quantize(model, to: path, as: .q8_0) { done, _ in
                // The third of some thirty tensors: what follows must not be written.
                guard done == 3 else { return }
                while holder.withLock({ $0 == nil }) { Thread.sleep(forTimeInterval: 0.001) }
                holder.withLock { $0?.cancel() }
            }
        }
        holder.withLock { $0 = task }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try String(contentsOfFile: output, encoding: .utf8) == "mine")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.gguf"])
    }

    private func failure(_ source: String, to destination: String? = nil) async -> ShotlistError? {
        let error = await #expect(throws: ShotlistError.self) {
            try await GGUFQuantizer(threads: 1).quantize(source, to: destination ?? output, as: .q8_0)
        }
        #expect(error?.remedy.isEmpty == false)
        #expect((try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.contains("out.gguf") == false)
        return error
    }

    @Test("Files that cannot be quantised")
    func badInput() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(await failure("nowhere.gguf")?.code == .modelMissing)
        #expect(await failure(Fixture.path("goldens.json"))?.message.contains("is not a GGUF file") == true)
        #expect(await failure(Tiny.options.projectorPath)?.code == .modelMismatch)
        #expect(await failure(try Fixture.vocabulary("ggml-vocab-qwen2.gguf"))?.code == .modelInvalid)
        let whole = try Data(contentsOf: URL(fileURLWithPath: Tiny.options.modelPath))
        let short = folder.appending(path: "short.gguf")
        try whole.dropLast(1000).write(to: short)
        #expect(await failure(short.path)?.message.contains("is truncated or damaged") == true)
        let other = folder.appending(path: "other.gguf")
        let bytes = Data("qwen2vl".utf8)
        var changed = whole
        let place = try #require(changed.firstRange(of: bytes))
        changed.replaceSubrange(place, with: Data("qwen9vl".utf8))
        try changed.write(to: other)
        let unknown = await failure(other.path)
        #expect(unknown?.code == .modelInvalid)
        #expect(unknown?.message.contains("qwen9vl") == true, "\(unknown?.message ?? "")")
    }

    @Test("What is small already is not made smaller again, and a folder that is not there is not written to")
    func refused() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let small = folder.appending(path: "small.gguf").path
        try await GGUFQuantizer(threads: 1).quantize(Tiny.options.modelPath, to: small, as: .q8_0)
        let again = await #expect(throws: ShotlistError.self) {
            try await GGUFQuantizer(threads: 1).quantize(small, to: output, as: .q4KM)
        }
        #expect(again?.message.contains("requantizing") == true, "\(again?.message ?? "")")
        let nowhere = await failure(Tiny.options.modelPath, to: folder.appending(path: "no/such/out.gguf").path)
        #expect(nowhere?.code == .writeFailed)
    }
}
