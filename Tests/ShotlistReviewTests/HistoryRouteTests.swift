import Foundation
import ShotlistCore
import ShotlistLedger
import TestRecords
import Testing

@Suite("The history of a window")
struct HistoryRouteTests {
    private static func keys(prompt: String) throws -> RunKeys {
        let captions = CaptionWork(
            variant: "demo", model: ModelWork(id: "demo", revision: "1"), prompt: prompt, sampling: .greedy,
            maxOutputTokens: 64, samplingFPS: 2, frameSizing: .stretched(PixelSize(width: 512, height: 512)))
        let plan = PlanWork(
            splitting: "fixed_stride", clipLength: 10, clipStride: 10, windowSize: 256, remainderThreshold: 32)
        return try RunKeys(RunWork(plan: plan, captions: captions, previews: nil, clipFiles: nil))
    }

    /// Two answers to two prompts, as runs keep them.
    private static func answer(_ texts: [(prompt: String, text: String)], in output: RecordedOutput) async throws {
        let ledger = try await Ledger.open(outputPath: output.folder.path, program: "shotlist test")
        let clip = try #require(UUID(uuidString: RecordedOutput.clip(1)))
        let range = FrameRange(start: 0, end: RecordedOutput.framesOfWindow - 1)
        let stamp = SourceStamp(size: 1, modified: 1)
        let fingerprint = SourceFingerprint(stamp: stamp, digest: String(repeating: "a", count: 64))
        try await ledger.commit(
            .read(ReadSource(path: "videos/a.mp4", relativePath: "a.mp4", fingerprint: fingerprint)))
        let planned = PlannedClip(
            id: clip, index: 0, clipsInVideo: 1, span: ClipSpan(start: 0, end: 4), frames: 0..<96, windows: [range])
        let plan = try Self.keys(prompt: "").plan
        try await ledger.commit(.planned(PlannedSource(path: "videos/a.mp4", plan: plan, clips: [planned])))
        for (index, (prompt, text)) in texts.enumerated() {
            let answered = AnsweredWindow(
                clip: clip, range: range, settings: try #require(try Self.keys(prompt: prompt).captions),
                outcome: WindowOutcome(caption: ["demo": text]),
                at: Date(timeIntervalSince1970: Double(1000 + index)))
            try await ledger.commit(.answered(answered))
        }
        try await ledger.close()
    }

    @Test("tells what was asked for each of the model's answers")
    func prompts() async throws {
        let output = try ReviewedOutput.records()
        let long = String(repeating: "x", count: 20_000)
        try await Self.answer(
            [("Say little.", "Ball."), ("Say more.", "A red ball rolls over the green grass."), (long, "Grass.")],
            in: output)
        try await ReviewedOutput(output: output).test { client async throws in
            let answer = try await client.get("/api/windows/\(RecordedOutput.key(1))")
            let entries = try #require(try answer.json["history"] as? [[String: Any]])
            let prompts = Dictionary(
                uniqueKeysWithValues: entries.compactMap { entry -> (String, String)? in
                    let texts = entry["texts"] as? [[String: String]]
                    guard let text = texts?.first?["text"], let prompt = entry["prompt"] as? String else { return nil }
                    return (text, prompt)
                })
            #expect(prompts["Ball."] == "Say little.")
            #expect(prompts["A red ball rolls over the green grass."] == "Say more.")
            #expect(prompts["Grass."]?.count == 16_384)
            #expect(entries.allSatisfy { $0["by"] as? String == "demo" })
        }
    }
}
