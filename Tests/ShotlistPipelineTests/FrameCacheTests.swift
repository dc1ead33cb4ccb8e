import ShotlistCore
import ShotlistEngines
import ShotlistPipeline
import Testing

@Suite("The cache of encoded frames")
struct FrameCacheTests {
    @Test("the stage asks the engine for it unless told not to")
    func asked() throws {
        let engine: EngineFactory = { _ in ScriptedEngine { _ in .saying("x") } }
        #expect(try CaptionGenerationStage(engine: engine).settings.usesMMCache)
        let without = try CaptionGenerationStage(disableMMCache: true, engine: engine)
        #expect(!without.settings.usesMMCache && without.disableMMCache)
    }

    @Test("the summary shows what it saved, when there is one and the engine counts", arguments: [true, false])
    func summary(isOn: Bool) async throws {
        let workspace = try Workspace()
        var run = try Run.overOneWindow(of: workspace)
        run.disableMMCache = !isOn
        run.engine = AskedEngine(statistics: EngineStatistics(encodedBlocks: 7, reusedBlocks: 3))
        let summary = try await run(on: workspace)
        #expect(summary.encodedBlocks == (isOn ? 7 : nil))
        let record = try workspace.json("summary.json")
        #expect(record["encoded_blocks"] as? Int == (isOn ? 7 : nil))
        #expect(record["reused_blocks"] as? Int == (isOn ? 3 : nil))
        #expect(try workspace.schemaProblems() == [])
    }

    @Test("an engine that does not count leaves the summary without it")
    func uncounted() async throws {
        let workspace = try Workspace()
        #expect(try await Run.overOneWindow(of: workspace)(on: workspace).encodedBlocks == nil)
    }
}
