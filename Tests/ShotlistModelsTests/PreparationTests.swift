import Foundation
import ShotlistCore
import ShotlistModels
import Testing

@Suite("Files that the engine loads are made of a checkpoint once")
struct PreparationTests {
    private let folder = ModelFolder()
    private let workshop = Workshop()

    @Test("a vision model becomes a text model and a projector, each with a manifest")
    func vision() async throws {
        try folder.writeCheckpoint()
        let files = try await workshop.provider(folder).files(of: folder.spec(), weights: .exactly(.bf16))
        #expect(files.text == folder.made.appending(path: "bf16.gguf").path)
        #expect(files.projector == folder.made.appending(path: "mmproj-f16.gguf").path)
        #expect(files.modelID == "acme/tiny")
        #expect(files.revision == "1234567")
        #expect(files.precision == .bf16)
        #expect(folder.names() == ["bf16.gguf", "bf16.json", "mmproj-f16.gguf", "mmproj-f16.json"])
        #expect(workshop.requests == ["projector f16", "text bf16"])
        let manifest = try JSONDecoder().decode(
            PreparationManifest.self, from: Data(contentsOf: folder.made.appending(path: "bf16.json")))
        #expect(
            manifest
                == PreparationManifest(
                    model: "acme/tiny", revision: "1234567", asked: "1234567", precision: "bf16",
                    converter: LlamaConverter.version, size: 9))
    }

    @Test("a text model has no projector")
    func text() async throws {
        try folder.writeCheckpoint()
        let files = try await workshop.provider(folder).files(
            of: folder.spec(kind: .text), weights: .exactly(.f16))
        #expect(files.projector == nil)
        #expect(folder.names() == ["f16.gguf", "f16.json"])
    }

    @Test("what fits is used again, without its checkpoint")
    func again() async throws {
        try folder.writeCheckpoint()
        let provider = workshop.provider(folder)
        let first = try await provider.files(of: folder.spec(), weights: .exactly(.q8_0))
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.checkpoint.path) where name != "gguf" {
            try FileManager.default.removeItem(at: folder.checkpoint.appending(path: name))
        }
        #expect(try await provider.files(of: folder.spec(), weights: .exactly(.q8_0)) == first)
        #expect(workshop.requests.count == 3)
    }

    @Test(
        "what was made of something else, or is not what was made, is made again",
        arguments: [
            #""revision" : "7654321""#, #""model" : "acme/other""#, #""converter" : "old""#, #""size" : 8"#, "not JSON",
        ])
    func stale(change: String) async throws {
        try folder.writeCheckpoint()
        let provider = workshop.provider(folder)
        _ = try await provider.files(of: folder.spec(), weights: .exactly(.bf16))
        let path = folder.made.appending(path: "bf16.json")
        let key = change.split(separator: ":").first.map(String.init) ?? ""
        let text = try String(contentsOf: path, encoding: .utf8)
        let lines = text.split(separator: "\n").map { line in
            line.contains(key) ? "  \(change)\(line.hasSuffix(",") ? "," : "")" : String(line)
        }
        var changed = lines.joined(separator: "\n")
        if change.contains("revision") { changed = changed.replacingOccurrences(of: "1234567", with: "7654321") }
        if change == "not JSON" { changed = change }
        #expect(changed != text)
        try Data(changed.utf8).write(to: path)
        _ = try await provider.files(of: folder.spec(), weights: .exactly(.bf16))
        #expect(workshop.requests == ["projector f16", "text bf16", "text bf16"])
    }

    @Test("a file that was cut short is made again")
    func truncated() async throws {
        try folder.writeCheckpoint()
        let provider = workshop.provider(folder)
        _ = try await provider.files(of: folder.spec(), weights: .exactly(.bf16))
        try folder.truncate("gguf/mmproj-f16.gguf", by: 1)
        _ = try await provider.files(of: folder.spec(), weights: .exactly(.bf16))
        #expect(workshop.requests == ["projector f16", "text bf16", "projector f16"])
    }

    @Test("quantising goes by 16 bits, which are not kept unless they were there")
    func quantized() async throws {
        try folder.writeCheckpoint()
        let provider = workshop.provider(folder)
        _ = try await provider.files(of: folder.spec(kind: .text), weights: .exactly(.q4KM))
        #expect(folder.names() == ["q4_k_m.gguf", "q4_k_m.json"])
        _ = try await provider.files(of: folder.spec(kind: .text), weights: .exactly(.bf16))
        _ = try await provider.files(of: folder.spec(kind: .text), weights: .exactly(.q8_0))
        #expect(workshop.requests == ["text bf16", "q4_k_m of text bf16", "text bf16", "q8_0 of text bf16"])
    }

    @Test("FP8 keeps its values in 16 bits, or is kept in 8 by the converter; NVFP4 stays")
    func storedSmaller() async throws {
        try folder.writeCheckpoint()
        let provider = workshop.provider(folder)
        _ = try await provider.files(of: folder.spec(stored: .fp8, kind: .text), weights: .exactly(.bf16))
        _ = try await provider.files(of: folder.spec(stored: .fp8, kind: .text), weights: .exactly(.q8_0))
        _ = try await provider.files(of: folder.spec(stored: .nvfp4, kind: .text), weights: .auto)
        #expect(workshop.requests == ["text bf16", "text bf16 fp8-as-q8", "text bf16"])
        #expect(folder.names().contains("nvfp4.gguf"))
    }

    @Test("published files are taken as they are, where the precision is published")
    func published() async throws {
        var spec = folder.spec()
        spec.published = PublishedGGUF(
            repository: HubRepository("acme", "tiny-gguf", revision: "main"), text: [.f16: "t.gguf"],
            projector: "p.gguf")
        let place = folder.url.appending(path: "acme/tiny-gguf")
        let provider = workshop.provider(folder)
        let error = await #expect(throws: ShotlistError.self) {
            try await provider.files(of: spec, weights: .exactly(.f16))
        }
        #expect(error?.code == .modelMissing)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        for name in ["t.gguf", "p.gguf"] { try Data("GGUF".utf8).write(to: place.appending(path: name)) }
        let files = try await provider.files(of: spec, weights: .auto)
        #expect(files.text == place.appending(path: "t.gguf").path)
        #expect(files.projector == place.appending(path: "p.gguf").path)
        #expect(files.modelID == "acme/tiny-gguf")
        #expect(files.revision == "main")
        #expect(workshop.requests.isEmpty)
        try folder.writeCheckpoint()
        _ = try await provider.files(of: spec, weights: .exactly(.q8_0))
        #expect(workshop.requests.last == "q8_0 of text bf16")
    }

    @Test("a checkpoint that is here is not passed over for published files that are not")
    func checkpointFirst() async throws {
        try folder.writeCheckpoint()
        var spec = folder.spec()
        spec.published = PublishedGGUF(
            repository: HubRepository("acme", "tiny-gguf", revision: "main"), text: [.f16: "t.gguf"],
            projector: "p.gguf")
        let files = try await workshop.provider(folder).files(of: spec, weights: .auto)
        #expect(files.modelID == "acme/tiny")
        #expect(workshop.requests.contains("text f16"))
    }

    @Test("many at once make one")
    func together() async throws {
        try folder.writeCheckpoint()
        let (provider, spec) = (workshop.provider(folder), folder.spec())
        let made = try await withThrowingTaskGroup(of: ModelFiles.self) { group in
            for _ in 0..<8 { group.addTask { try await provider.files(of: spec, weights: .exactly(.bf16)) } }
            return try await group.reduce(into: Set<ModelFiles>()) { $0.insert($1) }
        }
        #expect(made.count == 1)
        #expect(workshop.requests == ["projector f16", "text bf16"])
    }

    @Test("a failure or a cancellation leaves nothing behind")
    func failure() async throws {
        try folder.writeCheckpoint()
        let sentence = ShotlistError(.diskFull, "The disk is full.", remedy: "Free space.")
        for error: any Error in [sentence, CancellationError()] {
            let failing = Workshop(failure: error)
            await #expect(throws: (any Error).self) {
                try await failing.provider(folder).files(of: folder.spec(), weights: .exactly(.q8_0))
            }
            #expect(failing.requests.count == 1)
            #expect(folder.names().isEmpty)
        }
    }
}
