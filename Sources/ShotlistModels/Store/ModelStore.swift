import Foundation
import ShotlistCore

/// A folder of models: brings checkpoints here, each file whole and checked, once for all processes of the machine.
///
/// A repository's files are in `<folder>/<owner>/<name>/`, with a manifest that is written when all are there. As long
/// as the manifest says so, nothing is asked of any server.
public struct ModelStore: Sendable {
    /// The folder that holds models.
    public let folder: String
    /// How the hub is reached.
    public let settings: HubSettings
    let retry: RetryPolicy
    let freeBytes: @Sendable (String) -> Int?
    let onEvent: @Sendable (ModelEvent) -> Void

    /// A store in `folder`.
    ///
    /// - Parameters:
    ///   - folder: the folder that holds models; made when something is brought here.
    ///   - settings: how the hub is reached.
    ///   - onEvent: told what happens, from any thread, often.
    public init(
        folder: String, settings: HubSettings, onEvent: @escaping @Sendable (ModelEvent) -> Void = { _ in }
    ) {
        self.init(
            folder: folder, settings: settings, retry: RetryPolicy(), freeBytes: Disk.freeBytes, onEvent: onEvent)
    }

    /// A store whose pauses and whose view of the disk a test decides.
    package init(
        folder: String, settings: HubSettings, retry: RetryPolicy,
        freeBytes: @escaping @Sendable (String) -> Int? = { _ in nil },
        onEvent: @escaping @Sendable (ModelEvent) -> Void = { _ in }
    ) {
        self.folder = folder
        self.settings = settings
        self.retry = retry
        self.freeBytes = freeBytes
        self.onEvent = onEvent
    }

    /// The folder with the files of a repository, downloaded if they are not there.
    ///
    /// - Parameters:
    ///   - repository: the repository and its revision: a commit, the beginning of one (at least 7 digits), a branch
    ///     or a tag. A branch or tag means the commit it meant when it was first asked for.
    ///   - files: shell patterns of the files that are needed (`*` also matches `/`); a pattern without `*`, `?` and
    ///     `[` must be there.
    /// - Throws: ``ShotlistError``: `invalid_argument`, `model_missing`, `model_gated`, `model_download_failed`,
    ///   `offline`, `disk_full`, `write_failed`; `CancellationError`. What came so far is kept and continued the next
    ///   time.
    public func checkpoint(of repository: HubRepository, files: [String]) async throws -> URL {
        try RepositoryName.check(repository)
        let target = path(of: repository)
        let threads = DiskThreads(count: 4)
        do {
            if try await !threads.run({ isSettled(repository, files: files) }) {
                let pull = CheckpointPull(
                    repository: repository, patterns: files, folder: target, store: self, threads: threads)
                if settings.isOffline { _ = try await pull.cached() }
                let lock = try await self.lock(repository.owner, repository.name)
                // Whoever held the lock may have brought it.
                if try await !threads.run({ isSettled(repository, files: files) }) {
                    try await pull.run()
                }
                _ = consume lock
            }
        } catch {
            await threads.shutDown()
            throw error
        }
        await threads.shutDown()
        return URL(filePath: target, directoryHint: .isDirectory)
    }

    /// The folder of a repository's files, whether it is there or not.
    public func path(of repository: HubRepository) -> String {
        "\(folder)/\(repository.owner)/\(repository.name)"
    }

    /// The whole commit of which a repository's files are here; nil when nothing is complete.
    public func revision(of repository: HubRepository) -> String? {
        Manifest.read(path(of: repository))?.revision
    }

    /// Whether all files of a repository are here at its revision, by their manifest and their sizes.
    public func isComplete(_ repository: HubRepository, files: [String]) -> Bool {
        let target = path(of: repository)
        guard let manifest = Manifest.read(target), manifest.source == repository.id,
            manifest.serves(revision: repository.revision, patterns: files)
        else { return false }
        return manifest.isThere(in: target)
    }

    /// Whether nothing is left to do: all files are here, and the hub, where it may be asked, has told which there are.
    private func isSettled(_ repository: HubRepository, files: [String]) -> Bool {
        guard isComplete(repository, files: files) else { return false }
        let unlisted = Manifest.read(path(of: repository))?.unlisted ?? []
        return settings.isOffline || Set(unlisted).isDisjoint(with: files)
    }

    /// Takes the lock of `<folder>/<owner>/<name>`.
    func lock(_ owner: String, _ name: String) async throws -> FolderLock {
        let onEvent = onEvent
        return try await FolderLock.take("\(folder)/\(owner)/.\(name).lock", sleep: { try await Task.sleep(for: $0) }) {
            onEvent(.waiting(model: "\(owner)/\(name)"))
        } onMissing: {
            onEvent(
                .warning("The file system of '\(folder)' has no locks: let one process at a time download there."))
        }
    }
}
