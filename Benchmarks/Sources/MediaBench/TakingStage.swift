import ShotlistCore
import ShotlistPipeline
import Synchronization

/// Stands in the model's place: it takes what a window has for the model, counts it and lets go of it.
final class TakingStage: WindowStage {
    let name = "bench_taking"
    let concurrency: Int
    private let takesMP4: Bool
    private let counts = Mutex((windows: 0, frames: 0, mp4Bytes: 0))
    private let pool = Mutex<BlockingPool?>(nil)

    /// - Parameter takesMP4: whether each window's own mp4 bytes are taken, too.
    init(concurrency: Int, takesMP4: Bool) {
        self.concurrency = concurrency
        self.takesMP4 = takesMP4
    }

    func setUp(_ context: RunContext) async throws {
        pool.withLock { $0 = context.pool }
    }

    func process(_ window: inout Window, of clip: Clip) async throws {
        let frames = try await read(window.input?.frames ?? [])
        window.input = nil
        guard frames > 0 else { throw Complaint("window \(window.range) of '\(clip.video.inputPath)' has no frames") }
        let bytes = try await mp4Bytes(of: window)
        counts.withLock { counts in
            counts.windows += 1
            counts.frames += frames
            counts.mp4Bytes += bytes
        }
    }

    /// Writes what was taken into `answer`.
    func tell(_ answer: inout Answer) {
        let taken = counts.withLock { $0 }
        answer.windows = taken.windows
        answer.frames = taken.frames
        answer.mp4Bytes = taken.mp4Bytes
    }

    /// How many frames there are. Each is read in the type that was asked for, as a model's own code would.
    private func read(_ frames: [PreparedFrame]) async throws -> Int {
        guard let pool = self.pool.withLock({ $0 }) else { return 0 }
        return try await pool.run { frames.count { !$0.bytes.isEmpty } }
    }

    private func mp4Bytes(of window: Window) async throws -> Int {
        guard takesMP4, let pool = self.pool.withLock({ $0 }) else { return 0 }
        let bytes = try await pool.run { try window.mp4Bytes()?.count ?? 0 }
        guard bytes > 0 else { throw Complaint("window \(window.id) has no mp4 bytes") }
        return bytes
    }
}
