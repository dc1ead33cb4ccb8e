import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistPipeline
import Synchronization
import Testing

@Suite("Windows that are made small before they wait for an engine elsewhere")
struct EncodedWindowTests {
    /// An engine that takes windows as files, and says what it saw.
    private struct Elsewhere: CaptionEngine {
        let identity = EngineIdentity(modelID: "elsewhere", modelRevision: "1")
        var isSampledElsewhere = false
        var fails: @Sendable (WindowInput) -> ShotlistError? = { _ in nil }
        var answer: @Sendable (CaptionRequest) async throws -> CaptionAnswer = {
            .saying(Elsewhere.said(of: $0.input), server: "http://gpu1:8000/v1")
        }
        var statistics: EngineStatistics?

        var encoder: WindowEncoding? {
            { [fails, isSampledElsewhere] input in
                if let error = fails(input) { throw error }
                let files = input.frames.indices.map { Data("frame \($0)".utf8) }
                return input.encoded(as: files, isSampledElsewhere: isSampledElsewhere)
            }
        }

        func caption(_ request: CaptionRequest) async throws -> CaptionAnswer { try await answer(request) }

        func shutDown() async {}

        static func said(of input: WindowInput) -> String {
            "\(input.frames.count) frames, \(input.encoded?.files.count ?? 0) files, \(input.contentHash)"
        }
    }

    private func run(_ workspace: Workspace, _ engine: Elsewhere) throws -> Run {
        try workspace.add("bikes", as: "bikes.mp4")
        var run = try Run()
        run.preview = nil
        run.encoder = nil
        run.windowSize = 64
        run.remainderThreshold = 16
        run.engine = engine
        return run
    }

    @Test("hold files and no frames, with the hash that their frames had")
    func encoded() async throws {
        let (near, far) = (try Workspace(), try Workspace())
        var plain = try run(near, Elsewhere())
        plain.engine = ScriptedEngine { .saying("0 frames, \($0.input.frames.count) files, \($0.input.contentHash)") }
        try await plain(on: near)
        try await run(far, Elsewhere())(on: far)
        let captions = try [near, far].map { try $0.windows().map { $0["qwen_caption"] as? String } }
        #expect(captions[0].count == 4)
        #expect(captions[0] == captions[1])
        #expect(try far.windows().allSatisfy { $0["frame_indices"] is [Int] })
    }

    @Test("name no frames where whoever reads the files picks them")
    func sampledElsewhere() async throws {
        let workspace = try Workspace()
        try await run(workspace, Elsewhere(isSampledElsewhere: true))(on: workspace)
        #expect(
            try workspace.windows().allSatisfy { $0["frame_indices"] == nil && $0["status"] as? String == "success" })
        #expect(try workspace.schemaProblems() == [])
    }

    @Test("that cannot be made small fail alone, with the reason")
    func failing() async throws {
        let workspace = try Workspace()
        let engine = Elsewhere(fails: { input in
            input.frameIndices[0] == 64 ? ShotlistError(.encodeFailed, "No room.") : nil
        })
        let summary = try await run(workspace, engine)(on: workspace)
        #expect(summary.statuses == ["success": 3, "error": 1])
        #expect(summary.reasons == ["encode_failed": 1])
    }

    @Test("that no server answers end the run, which keeps the captions that it has")
    func serversDown() async throws {
        let workspace = try Workspace()
        let answered = Mutex(0)
        let engine = Elsewhere(answer: { request in
            guard
                answered.withLock({
                    $0 += 1; return $0
                }) <= 2
            else {
                throw ShotlistError(.endpointsDown, "No server could be asked.")
            }
            return .saying("a dog")
        })
        var run = try run(workspace, engine)
        run.batchSize = 1
        let error = await #expect(throws: ShotlistError.self) { try await run(on: workspace) }
        #expect(error?.code == .endpointsDown)
        let captions = try workspace.windows().filter { $0["qwen_caption"] as? String == "a dog" }
        #expect(captions.count == 2)
        #expect(try workspace.windows().allSatisfy { $0["status"] as? String != "error" })
    }

    @Test("leave what each server did in the summary")
    func servers() async throws {
        let workspace = try Workspace()
        let server = ServerStatistics(
            server: "http://gpu1:8000/v1", requests: 4, errors: 1, promptTokens: 400, outputTokens: 20,
            medianSeconds: 1.5, p95Seconds: 2, p99Seconds: 2.5)
        let engine = Elsewhere(statistics: EngineStatistics(servers: [server]))
        let summary = try await run(workspace, engine)(on: workspace)
        #expect(summary.servers == [server])
        let written = try #require(try workspace.json("summary.json")["servers"] as? [[String: Any]])
        #expect(written.first?["p95_seconds"] as? Double == 2)
        #expect(try workspace.schemaProblems() == [])
    }
}
