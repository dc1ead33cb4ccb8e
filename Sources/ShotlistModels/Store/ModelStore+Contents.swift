import Foundation
import ShotlistCore

/// What a store holds of a model.
public struct StoredModel: Sendable, Hashable {
    /// Where it is, or would be.
    public var folder: String
    /// Whether it is all there.
    public var status: Status
    /// The commit or version that is there; nil where nothing is complete.
    public var revision: String?
    /// Files that are there, whole or in part, by path, with their sizes in bytes.
    public var files: [File]

    /// How much of a model is there.
    public enum Status: String, Sendable, Hashable, Codable {
        /// Every file, in its size.
        case complete
        /// Some, or of another revision, or damaged.
        case incomplete
        /// Nothing.
        case missing
    }

    /// A file of a model.
    public struct File: Sendable, Hashable, Codable {
        /// Its path in the folder.
        public var path: String
        /// Its size in bytes.
        public var size: Int
    }

    /// Bytes of all files.
    public var bytes: Int { files.reduce(0) { $0 + $1.size } }
}

/// A file that is not what its manifest says.
public struct DamagedFile: Sendable, Hashable {
    /// Its path in the model's folder.
    public var path: String
    /// What is wrong, as the end of a sentence.
    public var reason: String
}

extension ModelStore {
    /// What is here of a repository. Blocks for a moment: sizes are read.
    public func contents(of repository: HubRepository, files: [String]) -> StoredModel {
        contents(path(of: repository), isComplete: isComplete(repository, files: files))
    }

    /// What is here of a wheel. Blocks for a moment.
    public func contents(of wheel: PythonWheel) -> StoredModel {
        contents(path(of: wheel), isComplete: isComplete(wheel))
    }

    private func contents(_ path: String, isComplete: Bool) -> StoredModel {
        let manifest = Manifest.read(path)
        let known = manifest ?? Manifest.read(path, name: Manifest.journalName)
        let files = (known?.files ?? []).flatMap { file in
            [file.path, "\(file.path).part"].compactMap { name in
                Disk.size(of: "\(path)/\(name)").map { StoredModel.File(path: name, size: $0) }
            }
        }
        return StoredModel(
            folder: path, status: isComplete ? .complete : files.isEmpty ? .missing : .incomplete,
            revision: manifest?.revision, files: files)
    }

    /// Hashes every file of a repository again. Damaged ones are noted in the manifest, so that they are brought anew
    /// the next time the model is wanted.
    ///
    /// - Throws: ``ShotlistError``: `model_missing` when nothing is complete here, `unreadable`.
    public func verify(_ repository: HubRepository) async throws -> [DamagedFile] {
        try RepositoryName.check(repository)
        return try await verify(folder: path(of: repository), what: repository.id)
    }

    /// Hashes a wheel's file again; see ``verify(_:)-(HubRepository)``.
    public func verify(_ wheel: PythonWheel) async throws -> [DamagedFile] {
        try await verify(folder: path(of: wheel), what: wheel.description)
    }

    private func verify(folder: String, what: String) async throws -> [DamagedFile] {
        guard let manifest = Manifest.read(folder) else {
            throw ShotlistError(
                .modelMissing, "'\(what)' is not complete in '\(folder)'.",
                remedy: "Bring it here with `shotlist models pull`.")
        }
        let threads = DiskThreads(count: 1)
        var damaged: [DamagedFile] = []
        do {
            for file in manifest.files {
                try Task.checkCancellation()
                if let reason = try await threads.run({ try Self.fault(of: file, in: folder) }) {
                    damaged.append(DamagedFile(path: file.path, reason: reason))
                }
            }
        } catch {
            await threads.shutDown()
            throw error
        }
        await threads.shutDown()
        var noted = manifest
        noted.damaged = damaged.isEmpty ? nil : damaged.map(\.path)
        // A folder that may not be written is verified all the same.
        if noted != manifest { try? noted.write(folder) }
        return damaged
    }

    private static func fault(of file: Manifest.File, in folder: String) throws -> String? {
        let path = "\(folder)/\(file.path)"
        guard let expected = file.hubFile, let size = Disk.size(of: path) else { return "it is not there" }
        guard size == file.size else { return "it has \(size) bytes instead of \(file.size)" }
        return try Disk.holds(path, size: size, content: expected.content) ? nil : "its hash is another"
    }

    /// Removes all that is here of a repository; the number of bytes that this frees.
    ///
    /// - Throws: ``ShotlistError`` (`write_failed`).
    public func remove(_ repository: HubRepository) async throws -> Int {
        try RepositoryName.check(repository)
        return try await remove(path(of: repository), owner: repository.owner, name: repository.name)
    }

    /// Removes a wheel's file; the number of bytes that this frees.
    ///
    /// - Throws: ``ShotlistError`` (`write_failed`).
    public func remove(_ wheel: PythonWheel) async throws -> Int {
        try await remove(path(of: wheel), owner: wheel.package, name: wheel.version)
    }

    private func remove(_ path: String, owner: String, name: String) async throws -> Int {
        guard FileManager.default.fileExists(atPath: path) else { return 0 }
        let lock = try await lock(owner, name)
        let bytes = (FileManager.default.subpaths(atPath: path) ?? []).reduce(0) {
            $0 + (Disk.size(of: "\(path)/\($1)") ?? 0)
        }
        do {
            // Without its manifest first, a removal that breaks off leaves nothing that looks whole.
            unlink("\(path)/\(Manifest.fileName)")
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw ShotlistError(
                .writeFailed, "'\(path)' cannot be removed.", remedy: "See that you have the right to do so.")
        }
        _ = consume lock
        return bytes
    }
}
