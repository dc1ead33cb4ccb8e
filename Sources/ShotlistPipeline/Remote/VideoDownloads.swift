import Foundation
import ShotlistCore
import ShotlistLedger
import ShotlistStorage
import Synchronization

/// Videos of a bucket that are on this machine, or on their way here.
actor VideoDownloads {
    /// Where videos are that have come; readable without waiting, for calls that block.
    final class Places: Sendable {
        private let paths = Mutex<[PathKey: String]>([:])

        func path(of video: String) -> String? { paths.withLock { $0[PathKey(video)] } }
        func set(_ path: String?, of video: String) { paths.withLock { $0[PathKey(video)] = path } }
    }

    nonisolated let places = Places()
    private let bucket: S3Bucket
    private var folder = ""
    /// Objects by video: those that were listed, for as long as the run lasts, since another run may hold them for a while; those
    /// that were named, and how often each was and is not let go of yet.
    private var objects: [PathKey: (object: S3Object, uses: Int?)] = [:]
    private var under: [PathKey: Task<String, any Error>] = [:]

    init(bucket: S3Bucket) {
        self.bucket = bucket
    }

    /// All objects that may be asked for.
    func know(_ objects: [S3Object]) {
        let all = objects.map { (PathKey($0.location.description), (object: $0, uses: Int?.none)) }
        self.objects = Dictionary(all) { _, last in last }
    }

    /// One that may be asked for once more.
    func know(_ object: S3Object) {
        let key = PathKey(object.location.description)
        objects[key] = (object, (objects[key]?.uses ?? 0) + 1)
    }

    /// Where copies are kept from now on.
    func open(_ folder: String) {
        self.folder = folder
    }

    /// Stops what is on its way; the folder goes with the run's own.
    func close() async {
        for task in under.values { task.cancel() }
        for task in under.values { _ = try? await task.value }
        under = [:]
    }

    /// Waits until a video is here, and lets others begin to come.
    func bring(_ video: String, next: [String]) async throws -> String {
        let task = start(video)
        // The wanted one has the way for itself until it is here.
        let path: String
        do {
            path = try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch {
            // Whoever asks again begins anew: a disk that was full may have room.
            under[PathKey(video)] = nil
            throw error
        }
        places.set(path, of: video)
        for other in next { _ = start(other) }
        return path
    }

    /// Removes a video's copy.
    func drop(_ video: String) async {
        if let (object, uses) = objects[PathKey(video)], let uses {
            objects[PathKey(video)] = uses > 1 ? (object, uses - 1) : nil
        }
        guard let task = under.removeValue(forKey: PathKey(video)) else { return }
        task.cancel()
        let path = try? await task.value
        places.set(nil, of: video)
        // A copy that stays goes with the run's folder.
        if let path { try? FileManager.default.removeItem(atPath: path) }
    }

    private func start(_ video: String) -> Task<String, any Error> {
        if let task = under[PathKey(video)] { return task }
        let (bucket, object) = (bucket, objects[PathKey(video)]?.object)
        let path = "\(folder)/\(ContentHash.sha256(video)).video"
        let task = Task {
            guard let object else {
                throw ShotlistError(.internalFailure, "'\(video)' was not listed.")
            }
            try await bucket.download(object, to: path)
            return path
        }
        under[PathKey(video)] = task
        return task
    }
}
