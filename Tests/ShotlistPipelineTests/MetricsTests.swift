import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistMetrics
import ShotlistPipeline
import Synchronization
import TestExposition
import Testing

@Suite("A run's metrics")
struct MetricsTests {
    private static let underWay = "shotlist_windows_under_way"

    /// Checks every number that the summary has, too.
    private func expectAgreement(_ registry: PrometheusRegistry, _ summary: RunSummary) throws {
        let metrics = try ExpositionReader(registry.text)
        func counts(_ name: String, by label: String) -> [String: Int] {
            metrics.values(name, by: label).filter { $0.value > 0 }.mapValues { Int($0) }
        }
        func isSame(_ name: String, _ number: Int, _ labels: [String: String] = [:]) {
            #expect(metrics.value(name, labels) == Double(number), "\(name) \(labels)")
        }
        #expect(counts("shotlist_windows_total", by: "status") == summary.statuses)
        #expect(counts("shotlist_window_reasons_total", by: "reason") == summary.reasons)
        isSame("shotlist_previews_total", summary.previews, ["status": "success"])
        isSame("shotlist_previews_total", summary.previewsFailed, ["status": "error"])
        isSame("shotlist_clips_total", summary.clips - summary.clipsSkipped, ["status": "success"])
        isSame("shotlist_clips_total", summary.clipsSkipped, ["status": "skipped"])
        isSame("shotlist_clips_with_errors_total", summary.clipsWithErrors)
        isSame("shotlist_videos_found", summary.videos)
        isSame("shotlist_videos_total", summary.failedVideos.count, ["status": "error"])
        isSame("shotlist_prompt_tokens_total", summary.promptTokens)
        isSame("shotlist_computed_prompt_tokens_total", summary.computedPromptTokens)
        isSame("shotlist_output_tokens_total", summary.outputTokens)
        isSame("shotlist_discarded_output_tokens_total", summary.discardedOutputTokens)
        let enhanced = summary.enhanced - summary.enhancementsTruncated
        isSame("shotlist_enhancements_total", enhanced, ["status": "success"])
        isSame("shotlist_enhancements_total", summary.enhancementsTruncated, ["status": "truncated"])
        isSame("shotlist_enhancements_total", summary.enhancementsFailed, ["status": "error"])
        isSame("shotlist_enhancement_prompt_tokens_total", summary.enhancementPromptTokens)
        isSame("shotlist_computed_enhancement_prompt_tokens_total", summary.computedEnhancementPromptTokens)
        isSame("shotlist_enhancement_output_tokens_total", summary.enhancementOutputTokens)
        #expect(metrics.values(Self.underWay, by: "place").values.allSatisfy { $0 == 0 })
    }

    @Test("they add up to the summary, whatever became of windows, clips and videos")
    func agreement() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        try workspace.add("carphone_pristine", as: "phone.mp4")
        try workspace.add(Data("no video".utf8), as: "text.mp4")
        var run = try Run()
        run.windowSize = 64
        run.stage2 = true
        run.namedPrompts = [try NamedPrompt(name: "people", text: "Who is there?")]
        run.retryFlagged = 1
        run.answer = { request in
            switch request.input.frameIndices[0] {
            case 64: throw ShotlistError(.engineFailed, "The engine failed.")
            case 128: .saying("and then", finishReason: .length, outputTokens: 512)
            default: .saying("a caption")
            }
        }
        run.enhancement = try CaptionEnhancementStage { _ in
            ScriptedTextEngine { request in
                request.user == "and then" ? .saying("cut", finishReason: .length) : .saying("better")
            }
        }
        let registry = PrometheusRegistry()
        let summary = try await run.pipeline(workspace).run(options: RunOptions(threads: 2, metrics: registry))
        #expect(summary.windows == 4 && summary.failedVideos.count == 1 && summary.discardedOutputTokens > 0)
        #expect((summary.statuses["error"] ?? 0) > 0 && (summary.statuses["truncated"] ?? 0) > 0)
        #expect(summary.enhanced > summary.enhancementsTruncated && summary.enhancementsTruncated > 0)
        try expectAgreement(registry, summary)

        let metrics = try ExpositionReader(registry.text)
        #expect(metrics.value("shotlist_videos_total", ["status": "success"]) == 2)
        #expect(metrics.value("shotlist_window_decode_seconds_count") == Double(summary.windows))
        #expect(metrics.value("shotlist_preview_seconds_count") == Double(summary.previews))
        #expect(metrics.value("shotlist_enhancement_seconds_count") == Double(summary.enhanced))
        let captioned = summary.windows - (summary.statuses["error"] ?? 0)
        let questions = metrics.values("shotlist_caption_seconds_count", by: "question")
        let each = Double(captioned)
        #expect(questions == ["caption": each, "stage1": each, "named": each])
        // What a person writes down of a metric is written down for each, and nothing else is exposed.
        let names = Set(metrics.families.map(\.name))
        #expect(names == Set(RunMetric.allCases.map(\.rawValue)))
        for family in metrics.families {
            let endings = ["counter": "_total", "histogram": "_seconds"]
            #expect(family.name.hasSuffix(endings[family.type ?? ""] ?? ""), "\(family.name)")
        }
    }

    @Test("gauges say where windows are while they are there", .timeLimit(.minutes(20)))
    func places() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        let registry = PrometheusRegistry()
        let seen = Mutex<[String: Double]>([:])
        var run = try Run()
        run.preview = nil
        run.windowSize = 8
        run.remainderThreshold = 4
        run.batchSize = 2
        run.answer = { _ in
            // Until as many are with the engine as may be, and the next one is decoded and waits.
            for _ in 0..<1000 where seen.withLock(\.isEmpty) {
                let places = try ExpositionReader(registry.text).values(Self.underWay, by: "place")
                if places["with_engine"] == 4, places["waiting_for_engine"] == 1 { seen.withLock { $0 = places } }
                try await Task.sleep(for: .milliseconds(20))
            }
            return .saying("x")
        }
        let summary = try await run.pipeline(workspace).run(options: RunOptions(threads: 2, metrics: registry))
        #expect(summary.windows == 31)
        let places = seen.withLock { $0 }
        #expect(places["with_engine"] == 4 && places["waiting_for_engine"] == 1, "\(places)")
        #expect(places["waiting_for_enhancement"] == 0 && places["enhancing"] == 0 && places["decoding"] == 0)
        try expectAgreement(registry, summary)
    }

    @Test("captions that wait for their enhancement are counted as such", .timeLimit(.minutes(20)))
    func waiting() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        let registry = PrometheusRegistry()
        let seen = Mutex<[String: Double]>([:])
        var run = try Run()
        run.windowSize = 64
        run.enhancement = try CaptionEnhancementStage(modelBatchSize: 1, placement: .afterCaptions) { _ in
            ScriptedTextEngine { _ in
                let places = try ExpositionReader(registry.text).values(Self.underWay, by: "place")
                seen.withLock { if $0.isEmpty { $0 = places } }
                return .saying("better")
            }
        }
        let summary = try await run.pipeline(workspace).run(options: RunOptions(threads: 2, metrics: registry))
        #expect(summary.enhanced == 3)
        let places = seen.withLock { $0 }
        #expect(places["enhancing"] == 1 && places["waiting_for_enhancement"] == 2, "\(places)")
        try expectAgreement(registry, summary)
    }

    @Test(
        "a run that is stopped leaves no window under way, and its counts are the summary's", .timeLimit(.minutes(20)))
    func stopped() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        let registry = PrometheusRegistry()
        var run = try Run()
        run.windowSize = 8
        run.remainderThreshold = 4
        run.batchSize = 2
        run.answer = { request in
            if request.input.frameIndices[0] > 8 { try await Task.sleep(for: .seconds(600)) }
            return .saying("x")
        }
        let pipeline = try run.pipeline(workspace)
        let task = Task { try await pipeline.run(options: RunOptions(threads: 2, metrics: registry)) }
        for _ in 0..<3000 {
            let metrics = try ExpositionReader(registry.text)
            let isDone = metrics.value("shotlist_windows_total", ["status": "success"]) == 2
            if isDone, metrics.value(Self.underWay, ["place": "with_engine"]) == 4 { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        task.cancel()
        let summary = try await task.value
        #expect(summary.cancelled)
        #expect(summary.statuses["success"] == 2 && (summary.statuses["skipped"] ?? 0) > 4, "\(summary.statuses)")
        try expectAgreement(registry, summary)
    }
}
