import Foundation
import ShotlistCore

/// Puts the wanted files of a repository into a folder that is locked: keeps what is there and right, takes what the
/// cache has, downloads the rest.
struct CheckpointPull {
    /// Files that are downloaded at once.
    private static let parallel = 4
    let repository: HubRepository
    let patterns: [String]
    let folder: String
    let store: ModelStore
    let threads: DiskThreads

    /// Brings everything here and writes the manifest.
    func run() async throws {
        if store.settings.isOffline {
            let found = try await cached()
            try await place(found.files, sha: found.sha, download: nil)
            return
        }
        let transport = HubTransport(settings: store.settings)
        do {
            let asked = try await threads.run { commitOfCache() ?? repository }
            let client = HubClient(
                transport: transport, settings: store.settings, repository: asked, retry: store.retry,
                onEvent: store.onEvent)
            let revision = try await client.revision()
            if revision.id.lowercased() != repository.id.lowercased() {
                store.onEvent(.renamed(from: repository.id, to: revision.id))
            }
            let files = try wanted(of: try await client.tree(id: revision.id, sha: revision.sha))
            try await place(files, sha: revision.sha) { file, tally in
                try await FileDownload(
                    client: client, url: client.address(of: file, id: revision.id, sha: revision.sha), file: file,
                    folder: folder, threads: threads, tally: tally
                ).run()
            }
        } catch {
            await transport.shutDown()
            throw error
        }
        await transport.shutDown()
    }

    /// The repository at the commit that a cache has told; nil when what is here is not from there.
    ///
    /// A branch keeps the commit that it meant when it was first asked for; the hub is asked for the files of that.
    private func commitOfCache() -> HubRepository? {
        guard let old = Manifest.read(folder), old.unlisted != nil, old.source == repository.id,
            old.asked.contains(repository.revision)
        else { return nil }
        return HubRepository(repository.owner, repository.name, revision: old.revision)
    }

    /// The commit and the wanted files that the cache has.
    ///
    /// - Throws: ``ShotlistError`` (`offline`) when it has not all of them.
    func cached() async throws -> (sha: String, files: [HubFile]) {
        let cache = HubCache(settings: store.settings, repository: repository)
        let (revision, patterns) = (repository.revision, patterns)
        let found = try await threads.run {
            cache.commit(for: revision).flatMap { sha in
                cache.listing(sha: sha, patterns: patterns).map { (sha: sha, files: $0) }
            }
        }
        guard let found else { throw OfflineFailure.error("'\(repository)'", folder: folder) }
        return (found.sha, try wanted(of: found.files))
    }

    /// The files that the patterns ask for.
    private func wanted(of files: [HubFile]) throws -> [HubFile] {
        let exact = patterns.filter { !$0.contains(where: "*?[".contains) }
        let paths = Set(files.map(\.path))
        let wanted = files.filter { $0.matches(patterns) }
        // What nobody asks for may have any name: repositories do have folders of GGUF files.
        if let ours = wanted.first(where: \.isReserved) {
            throw ShotlistError(
                .modelDownloadFailed,
                "'\(repository)' lists a file under a name that Shotlist keeps for its own: "
                    + "\(ours.path.debugDescription).",
                remedy: "Do not use this repository, or ask for its other files by name.")
        }
        guard let missing = exact.first(where: { !paths.contains($0) }) ?? (wanted.isEmpty ? patterns.first : nil)
        else {
            return wanted
        }
        throw ShotlistError(
            .modelMissing, "There is no file '\(missing)' in '\(repository)'.",
            remedy: "Check the files at \(store.settings.endpoint)/\(repository.id), and those that are asked for.")
    }

    private func place(
        _ files: [HubFile], sha: String, download: (@Sendable (HubFile, Tally) async throws -> Void)?
    ) async throws {
        let tally = Tally(model: repository.id, files: files, onEvent: store.onEvent)
        let old = try await threads.run { try begin(files, sha: sha) }
        let cache = HubCache(settings: store.settings, repository: repository)
        var (missing, cached): ([HubFile], Int) = ([], 0)
        for file in files {
            try Task.checkCancellation()
            if try await threads.run({ try isHere(file, old: old) }) {
                tally.found(file.size)
                tally.fileDone()
            } else if try await threads.run({ try take(file, from: cache, sha: sha) }) {
                cached += 1
                tally.found(file.size)
                tally.fileDone()
            } else {
                missing.append(file)
            }
        }
        if cached > 0 { store.onEvent(.fromCache(files: cached)) }
        if !missing.isEmpty {
            guard let download else { throw OfflineFailure.error("'\(repository)'", folder: folder) }
            try await fetch(missing, tally: tally, download: download)
        }
        try await threads.run { try end(files, sha: sha, old: old, isListed: download != nil) }
    }

    private func fetch(
        _ files: [HubFile], tally: Tally, download: @escaping @Sendable (HubFile, Tally) async throws -> Void
    ) async throws {
        try await threads.run { try checkSpace(for: files) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, file) in files.enumerated() {
                if index >= Self.parallel { try await group.next() }
                group.addTask { try await download(file, tally) }
            }
            try await group.waitForAll()
        }
    }
}

/// What is said when a model is not here and nothing may be asked.
enum OfflineFailure {
    /// The error for something that is not complete in its folder.
    static func error(_ what: String, folder: String) -> ShotlistError {
        ShotlistError(
            .offline, "\(what) is not complete in '\(folder)' nor in the cache, and HF_HUB_OFFLINE forbids requests.",
            remedy: "Unset HF_HUB_OFFLINE, copy the folder from a machine that has it, or give GGUF files by path "
                + "(--captioning-model-path, --model-path).")
    }
}
