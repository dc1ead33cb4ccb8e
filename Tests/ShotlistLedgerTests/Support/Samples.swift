import Foundation
import ShotlistCore
import ShotlistLedger

/// A source with one clip or some, as a run would tell of it.
struct SampleSource {
    var path = "videos/set1/ü bikes.mp4"
    var stamp = SourceStamp(size: 1234, modified: 1_700_000_000_123_456_789)
    var digest = sha256("content")
    var windows = [FrameRange(start: 0, end: 255), FrameRange(start: 256, end: 299)]
    var clipCount = 1
    var firstFrame = 0

    var relativePath: String { String(path.dropFirst("videos/".count)) }
    var frames: Int { (windows.last?.end ?? -1) + 1 }

    /// The id of a clip: of version 5, like those of a run.
    func clip(_ index: Int = 0) -> UUID {
        ClipID.make(inputPath: path, startFrame: index * 300, endFrame: index * 300 + 300)
    }

    var read: LedgerChange {
        .read(
            ReadSource(
                path: path, relativePath: relativePath,
                fingerprint: SourceFingerprint(stamp: stamp, digest: digest)))
    }

    func planned(_ keys: RunKeys) -> LedgerChange {
        let clips = (0..<clipCount).map { index in
            let first = firstFrame + index * 300
            return PlannedClip(
                id: clip(index), index: index, clipsInVideo: clipCount,
                span: ClipSpan(start: Double(index) * 10, end: Double(index) * 10 + 9.75),
                frames: first..<first + frames, windows: windows)
        }
        return .planned(PlannedSource(path: path, plan: keys.plan, clips: clips))
    }

    func answered(
        _ text: String, _ keys: RunKeys, clip index: Int = 0, window: Int = 0, at: Date = Date(milliseconds: 1_000_000)
    ) -> LedgerChange {
        answered(Sample.outcome(text), keys, clip: index, window: window, at: at)
    }

    func answered(
        _ outcome: WindowOutcome, _ keys: RunKeys, clip index: Int = 0, window: Int = 0,
        at: Date = Date(milliseconds: 1_000_000)
    ) -> LedgerChange {
        .answered(
            AnsweredWindow(
                clip: clip(index), range: windows[window], settings: keys.captions ?? keys.all, outcome: outcome,
                at: at))
    }

    func preview(
        _ keys: RunKeys, window: Int = 0, result: PreviewResult = .file(Sample.proof("preview"))
    ) -> LedgerChange {
        .preview(
            EndedPreview(clip: clip(), range: windows[window], settings: keys.previews ?? keys.all, result: result))
    }

    func clipFile(_ keys: RunKeys) -> LedgerChange {
        .clipFile(WrittenClipFile(clip: clip(), settings: keys.clipFiles ?? keys.all, file: Sample.clipFile))
    }
}

extension Date {
    /// Whole milliseconds, which a ledger keeps as they are.
    init(milliseconds: Int) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}

/// SHA-256 of a text.
func sha256(_ text: String) -> String { ContentHash.sha256(text) }

extension Sample {
    static let reason = WindowReason(code: "engine_failed", message: "It broke.")

    static func proof(_ text: String) -> FileProof { FileProof(of: Data(text.utf8)) }

    static let clipFile = ClipFileFacts(
        proof: proof("clip"), size: PixelSize(width: 640, height: 272), framerate: 29.97, numFrames: 300,
        videoCodec: "h264", warnings: ["audio": "It has none."])

    static func outcome(_ text: String, status: WindowStatus = .success) -> WindowOutcome {
        let record = CaptionRecord(
            finishReason: .stop, promptTokens: 40, visionTokens: 30, outputTokens: 9, modelID: "demo",
            modelRevision: "1", modelPrecision: "q8_0", promptHash: sha256("prompt"), seconds: 1.5,
            server: "http://one:8000/v1")
        return WindowOutcome(
            caption: ["qwen": text], captionRecord: record, status: status,
            reason: status == .success ? nil : reason,
            shown: ShownFrames(
                frameIndices: [0, 85, 170, 255], effectiveFPS: 0.5, resizedSize: PixelSize(width: 644, height: 280)))
    }
}
