import Synchronization

/// Counts of one download, told as they change.
final class Tally: Sendable {
    private let progress: Mutex<ModelProgress>
    private let onEvent: @Sendable (ModelEvent) -> Void

    init(model: String, files: [HubFile], onEvent: @escaping @Sendable (ModelEvent) -> Void) {
        progress = Mutex(
            ModelProgress(
                model: model, filesDone: 0, files: files.count, bytesDone: 0, bytes: files.reduce(0) { $0 + $1.size },
                bytesReceived: 0))
        self.onEvent = onEvent
    }

    /// Bytes that are here without having been received, or, below 0, bytes that were thrown away.
    func found(_ bytes: Int) { change { $0.bytesDone += bytes } }

    /// Bytes that came over the network.
    func received(_ bytes: Int) {
        change {
            $0.bytesDone += bytes
            $0.bytesReceived += bytes
        }
    }

    /// A file is here and checked.
    func fileDone() { change { $0.filesDone += 1 } }

    private func change(_ body: (inout ModelProgress) -> Void) {
        let now = progress.withLock { progress in
            body(&progress)
            return progress
        }
        onEvent(.progress(now))
    }
}
