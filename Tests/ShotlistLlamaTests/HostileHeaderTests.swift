import Foundation
import ShotlistCore
import ShotlistLlama
import Testing

/// Headers whose numbers no model has: they end in a sentence or in a need that no machine meets, not in the program's end.
@Suite("Headers with impossible numbers")
struct HostileHeaderTests {
    private func need(_ text: HeaderFile, projector: HeaderFile? = nil) throws -> MemoryNeed {
        let folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (model, tower) = (folder.appending(path: "text.gguf"), folder.appending(path: "mmproj.gguf"))
        try text.write(to: model)
        try projector?.write(to: tower)
        return try .of(
            text: model.path, projector: projector.map { _ in tower.path }, contextTokens: .max, sequences: 256,
            largestFrame: PixelSize(width: 1036, height: 420))
    }

    private func text(layers: UInt32 = 2, other: UInt32 = 64) -> HeaderFile {
        var file = HeaderFile(architecture: "qwen2vl")
        file.set("qwen2vl.block_count", layers)
        for key in ["context_length", "embedding_length", "feed_forward_length", "attention.head_count"] {
            file.set("qwen2vl.\(key)", other)
        }
        return file
    }

    private func projector(merge: UInt32 = 2, other: UInt32 = 64) -> HeaderFile {
        var file = HeaderFile(architecture: "clip")
        for key in ["embedding_length", "feed_forward_length", "patch_size", "projection_dim", "n_wa_pattern"] {
            file.set("clip.vision.\(key)", other)
        }
        file.set("clip.vision.spatial_merge_size", merge)
        return file
    }

    @Test("Numbers whose products fit no number make a need that no machine meets")
    func products() throws {
        var file = text(other: .max)
        for key in [
            "attention.head_count_kv", "attention.key_length", "attention.value_length", "vocab_size", "ssm.inner_size",
            "ssm.state_size", "ssm.group_count", "ssm.conv_kernel", "ssm.time_step_rank",
        ] {
            file.set("qwen2vl.\(key)", .max)
        }
        let need = try need(file, projector: projector(merge: .max, other: .max))
        #expect(need.total > 1 << 50)
    }

    @Test("Negative numbers of heads count as none")
    func negative() throws {
        var file = text()
        file.set("qwen2vl.attention.head_count_kv", [-1, Int32.min])
        #expect(try need(file).cache == 0)
    }

    @Test("More layers than any model has are refused before a list of them fills the memory")
    func layers() throws {
        let error = try #require(throws: ShotlistError.self) { try need(text(layers: .max)) }
        #expect(error.code == .modelInvalid)
        #expect(error.message.contains("4294967295 layers"))
    }

    @Test("A vision tower that merges no patches has a need all the same", arguments: [0, 1] as [UInt32])
    func noMerge(merge: UInt32) throws {
        #expect(try need(text(), projector: projector(merge: merge, other: 14)).vision > 0)
    }

    @Test("A side of the picture whose square fits no number")
    func largeSide() throws {
        var tower = projector(other: 1)
        tower.set("clip.projector_type", "nemotron_v2_vl")
        tower.set("clip.vision.image_size", .max)
        #expect(try need(text(), projector: tower).vision > 1 << 50)
    }

    @Test("Tensors that are longer together than any file")
    func tensors() throws {
        for count in 1...4 {
            var file = text()
            for number in 0..<count { file.addTensor("blk.\(number).weight", values: 1 << 60) }
            let error = try #require(throws: ShotlistError.self) { try need(file) }
            #expect(error.code == .modelInvalid)
            #expect(error.message.contains("truncated or damaged"))
        }
    }
}
