import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import ShotlistModels
import Synchronization

/// What the model that captions takes of the machine's memory, for another that may run beside it.
final class MemoryShare: Sendable {
    private let taken = Mutex<Taken?>(nil)

    private struct Taken {
        /// Bytes that were free before the model was loaded.
        let before: Int
        let need: MemoryNeed
        /// What encoded frames may take that are kept.
        let cacheBytes: Int
    }

    /// The tokens of a window's prompt and answer that are reckoned with before any window is known.
    private static let contextTokens = 8192
    /// The frame that is reckoned with: the largest of the usual limits.
    private static let frame = PixelSize(width: 1036, height: 420)

    /// Keeps what a model will take that is about to be loaded; asked again when it comes back, it keeps the first answer.
    ///
    /// Memory of a GPU is not counted: there the engine itself says when a model does not fit.
    func take(_ files: ModelFiles, for settings: EngineSettings, cacheBytes: Int, onGPU: Bool) {
        guard !(onGPU && LlamaDevice.all.contains { $0.kind == .gpu }), let machine = MachineMemory.current,
            let need = try? MemoryNeed.of(
                text: files.text, projector: files.projector, contextTokens: Self.contextTokens,
                sequences: settings.captionBatchSize, largestFrame: Self.frame)
        else { return }
        taken.withLock { $0 = $0 ?? Taken(before: machine.available, need: need, cacheBytes: cacheBytes) }
    }

    /// Bytes for a model when the one that captions has left.
    var whole: Int {
        taken.withLock(\.self)?.before ?? MachineMemory.current?.available ?? .max
    }

    /// Bytes for a model beside the one that captions, whose context is still to be made.
    ///
    /// Weights that are mapped from their file count as free with the kernel, and must stay nevertheless: what was free
    /// before, less all that the model needs, is the other bound.
    var left: Int {
        guard let machine = MachineMemory.current, let taken = taken.withLock(\.self) else { return .max }
        let need = taken.need
        let work = need.cache + need.recurrentState + need.snapshots + need.compute + need.vision + need.embeddings
        return max(0, min(machine.available - work, taken.before - need.total) - taken.cacheBytes)
    }
}
