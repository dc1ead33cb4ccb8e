internal import CLlama
import Foundation
import ShotlistCore

/// Makes a smaller GGUF file of a larger one, with llama.cpp in this process.
public struct GGUFQuantizer: Sendable {
    /// What weights are turned into.
    public enum Precision: String, Sendable, Hashable, CaseIterable {
        /// 8.5 bits a weight.
        case q8_0
        /// About 4.9 bits a weight; embeddings and some layers have more.
        case q4KM = "q4_k_m"
    }

    private let threads: Int

    /// Makes a quantiser.
    ///
    /// - Parameter threads: threads to work on, at least 1; all cores when nil.
    public init(threads: Int? = nil) {
        self.threads = max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Quantises a text model; seconds to many minutes, on a thread of its own.
    ///
    /// The file appears under its name only when it is whole. A cancelled task stops at the next piece that is written.
    ///
    /// - Parameters:
    ///   - source: a GGUF file in 16 or 32 bits.
    ///   - destination: the file to write.
    ///   - precision: what its weights become.
    ///   - onProgress: takes the number of tensors done and of all, on another thread.
    /// - Throws: `CancellationError`; ``ShotlistError`` (`model_missing`, `model_invalid`, `model_mismatch`,
    ///   `disk_full`, `write_failed`).
    public func quantize(
        _ source: String, to destination: String, as precision: Precision,
        onProgress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws {
        let (abort, threads) = (AbortFlag(), threads)
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                Thread.detachNewThread {
                    let job = QuantizationJob(
                        source: source, destination: destination, precision: precision, threads: threads)
                    done.resume(with: Result { try job.run(abort: abort, onProgress: onProgress) })
                }
            }
        } onCancel: {
            abort.set()
        }
    }
}
