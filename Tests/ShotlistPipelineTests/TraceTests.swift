import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistPipeline
import Synchronization
import Testing

@Suite("A window has one trace id, wherever it goes")
struct TraceTests {
    @Test("engines are asked with the trace id that the window's record has")
    func recordAndRequests() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        let asked = Mutex<[String: String]>([:])
        let rewritten = Mutex<Set<String>>([])
        var run = try Run()
        run.windowSize = 64
        run.answer = { request in
            let first = "\(request.input.frameIndices.first ?? -1)"
            asked.withLock { $0[first] = request.input.traceID }
            return .saying("frame \(first)")
        }
        run.enhancement = try CaptionEnhancementStage { _ in
            ScriptedTextEngine { request in
                if let traceID = request.traceID { rewritten.withLock { _ = $0.insert(traceID) } }
                return .saying("better")
            }
        }
        try await run(on: workspace)
        let clip = try #require(workspace.clipNames().first)
        let windows = try workspace.windows()
        #expect(windows.count == 3)
        for window in windows {
            let start = try #require(window["start_frame"] as? Int)
            let end = try #require(window["end_frame"] as? Int)
            let traceID = try #require(window["trace_id"] as? String)
            #expect(traceID == String(ContentHash.sha256("\(clip)/\(start)_\(end)").prefix(16)))
            #expect(asked.withLock { $0["\(start)"] } == traceID)
        }
        #expect(rewritten.withLock { $0 } == Set(windows.compactMap { $0["trace_id"] as? String }))
    }
}
