import Foundation
import ShotlistCore
import ShotlistLedger
import TestRecords

/// A run as others see it: it has the output's lock, its ledger knows the windows of one video, and records come one
/// after another.
final class RecordedRun: Sendable {
    let output: RecordedOutput
    /// The video of all its clips.
    let video: String
    private let lock: LedgerLock
    private let ledger: Ledger
    private let keys: RunKeys
    private let run: Int64

    /// Windows of each clip.
    static let windows = (0..<2).map { index in
        let first = index * RecordedOutput.framesOfWindow
        return FrameRange(start: first, end: first + RecordedOutput.framesOfWindow - 1)
    }

    /// Begins a run over a video with clips of two windows, numbered from 1.
    init(
        _ output: RecordedOutput, clips: Int, video: String = "videos/a.mp4", prompt: String = "What is seen?"
    ) async throws {
        self.output = output
        self.video = video
        lock = try LedgerLock.take(outputPath: output.folder.path)
        ledger = try await Ledger.open(outputPath: output.folder.path, program: "shotlist test")
        keys = try Self.keys(prompt)
        run = try await ledger.beginRun(keys, program: "shotlist test")
        let frames = Self.windows.count * RecordedOutput.framesOfWindow
        let seconds = Double(frames) / RecordedOutput.fps
        let planned = try (0..<clips).map { index in
            PlannedClip(
                id: try Self.id(index + 1), index: index, clipsInVideo: clips,
                span: ClipSpan(start: Double(index) * seconds, end: Double(index + 1) * seconds),
                frames: index * frames..<(index + 1) * frames, windows: Self.windows)
        }
        let fingerprint = SourceFingerprint(
            stamp: SourceStamp(size: 1234, modified: 1_700_000_000_000_000_000), digest: ContentHash.sha256(video))
        try await ledger.commit([
            .read(
                ReadSource(
                    path: video, relativePath: String(video.split(separator: "/").last ?? ""),
                    fingerprint: fingerprint)),
            .planned(PlannedSource(path: video, plan: keys.plan, clips: planned)),
        ])
    }

    /// Captions a clip: the ledger is told first, and then its record is in its place.
    func write(_ clip: Int, _ captions: [String]) async throws {
        for (range, caption) in zip(Self.windows, captions) {
            try await ledger.commit(
                .answered(
                    AnsweredWindow(
                        clip: try Self.id(clip), range: range, settings: keys.captions ?? keys.all,
                        outcome: WindowOutcome(caption: ["demo": caption]), at: Date())))
        }
        try output.add(clip, video: video, captions: captions, settings: keys.captions?.hash)
    }

    /// Ends it as a run ends whose videos are done.
    func end() async throws {
        try await ledger.commit(.endedSource(EndedSource(path: video, status: .done, done: keys.all)))
        try await ledger.endRun(run, ending: "done")
        try await leave()
    }

    /// Ends it as a kill does: nothing is said of its end, and the system takes the lock back.
    func leave() async throws {
        try await ledger.close()
        lock.release()
    }

    private static func id(_ clip: Int) throws -> UUID {
        guard let id = UUID(uuidString: RecordedOutput.clip(clip)) else { throw CocoaError(.formatting) }
        return id
    }

    private static func keys(_ prompt: String) throws -> RunKeys {
        try RunKeys(
            RunWork(
                plan: PlanWork(
                    splitting: "fixed_stride", clipLength: 4, clipStride: 4, windowSize: RecordedOutput.framesOfWindow,
                    remainderThreshold: 24),
                captions: CaptionWork(
                    variant: "demo", model: ModelWork(id: "demo", revision: "1"), prompt: prompt, sampling: .greedy,
                    maxOutputTokens: 64, samplingFPS: 2,
                    frameSizing: .stretched(PixelSize(width: 320, height: 180)))))
    }
}
