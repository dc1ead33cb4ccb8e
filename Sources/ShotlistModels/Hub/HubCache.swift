import Foundation

/// The cache that Hugging Face's own tools keep: `models--owner--name/{refs,snapshots/<commit>,blobs}`.
///
/// A snapshot's entries are links to blobs, and a blob's name is its hash. Every call blocks.
struct HubCache: Sendable {
    private let folder: String

    init(settings: HubSettings, repository: HubRepository) {
        folder = "\(settings.cacheFolder)/models--\(repository.owner)--\(repository.name)"
    }

    /// The file's place when it is there at the commit in the right size; its hash is still to be checked.
    func candidate(for file: HubFile, sha: String) -> String? {
        let path = "\(folder)/snapshots/\(sha)/\(file.path)"
        guard Disk.size(of: path) == file.size else { return nil }
        return URL(filePath: path).resolvingSymlinksInPath().path
    }

    /// The commit that a revision means in the cache; nil when it has none or several.
    func commit(for revision: String) -> String? {
        let commits = ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/snapshots")) ?? [])
            .filter { $0.utf8.count == 40 && ContentID($0) != nil }
        let named = commits.filter { revision.utf8.count >= 7 && $0.hasPrefix(revision.lowercased()) }
        if named.count == 1 { return named.first }
        guard !revision.split(separator: "/").contains(".."),
            let text = try? String(contentsOfFile: "\(folder)/refs/\(revision)", encoding: .utf8)
        else { return nil }
        return commits.first { $0 == text.trimmingCharacters(in: .whitespacesAndNewlines) }
    }

    /// The files of a snapshot, as the hub would list them; nil when they are not a whole checkpoint.
    func listing(sha: String, patterns: [String]) -> [HubFile]? {
        let snapshot = "\(folder)/snapshots/\(sha)"
        let files = (FileManager.default.subpaths(atPath: snapshot) ?? []).sorted().compactMap { path -> HubFile? in
            let place = "\(snapshot)/\(path)"
            guard HubFile.isSafe(path), let size = Disk.size(of: place), HubFile.sizes.contains(size),
                let content = ContentID(URL(filePath: place).resolvingSymlinksInPath().lastPathComponent)
            else { return nil }
            return HubFile(path: path, size: size, content: content)
        }.filter { $0.matches(patterns) }
        let paths = Set(files.map(\.path))
        let hasShards = files.allSatisfy { file in
            !file.path.hasSuffix(".index.json")
                || shards(of: file, in: snapshot).allSatisfy { !HubFile.matches($0, patterns) || paths.contains($0) }
        }
        return hasShards && SnapshotCheck.isWhole(paths, patterns: patterns) ? files : nil
    }

    /// The files that an index of a split checkpoint names.
    private func shards(of index: HubFile, in snapshot: String) -> Set<String> {
        struct Index: Decodable {
            let weight_map: [String: String]
        }
        let data = FileManager.default.contents(atPath: "\(snapshot)/\(index.path)") ?? Data()
        guard let map = try? JSONDecoder().decode(Index.self, from: data) else { return [] }
        let folder = (index.path as NSString).deletingLastPathComponent
        return Set(map.weight_map.values.map { folder.isEmpty ? $0 : "\(folder)/\($0)" })
    }
}
