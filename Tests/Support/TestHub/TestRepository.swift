import Crypto
import Foundation

/// A repository as the test hub serves it.
package struct TestRepository: Sendable {
    /// `owner/name`.
    package var id: String
    /// The commit; made of the files when left out.
    package var sha: String
    /// The files' bytes by path.
    package var files: [String: Data]
    /// Which names mean the commit, beside itself and its beginnings.
    package var branches: Set<String> = ["main"]
    /// Paths of files that are kept by LFS; by default weights.
    package var isLFS: @Sendable (String) -> Bool = { path in
        [".safetensors", ".gguf", ".bin"].contains { path.hasSuffix($0) }
    }
    /// Whether only holders of the hub's token with access get files.
    package var isGated = false
    /// Entries put into the listing as they are, in JSON.
    package var strangeEntries: [String] = []

    /// A repository of the given files.
    package init(_ id: String, sha: String? = nil, files: [String: Data]) {
        self.id = id
        self.files = files
        let content = files.sorted { $0.key < $1.key }.map { Data($0.key.utf8) + $0.value }.reduce(Data(id.utf8), +)
        self.sha = sha ?? Self.hex(Insecure.SHA1.hash(data: content))
    }

    /// A repository of the files below a folder.
    package init(_ id: String, sha: String? = nil, folder: URL) throws {
        var files: [String: Data] = [:]
        for path in FileManager.default.subpaths(atPath: folder.path) ?? [] {
            let file = folder.appending(path: path)
            guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            files[path] = try Data(contentsOf: file)
        }
        self.init(id, sha: sha, files: files)
    }

    /// What a file's hash is to the hub: SHA-256 with LFS, git's own otherwise.
    package func oid(of path: String) -> String {
        let data = files[path] ?? Data()
        return isLFS(path)
            ? Self.hex(SHA256.hash(data: data))
            : Self.hex(Insecure.SHA1.hash(data: Data("blob \(data.count)\0".utf8) + data))
    }

    func means(_ revision: String) -> Bool {
        branches.contains(revision) || revision.count >= 7 && sha.hasPrefix(revision)
    }

    /// The entries of the tree listing, in JSON.
    var entries: [String] {
        files.keys.sorted().map { path in
            let size = files[path]?.count ?? 0
            guard isLFS(path) else {
                return #"{"type":"file","oid":"\#(oid(of: path))","size":\#(size),"path":"\#(path)"}"#
            }
            let pointer = String(repeating: "0", count: 40)
            return #"{"type":"file","oid":"\#(pointer)","size":\#(size),"path":"\#(path)","#
                + #""lfs":{"oid":"\#(oid(of: path))","size":\#(size),"pointerSize":134}}"#
        } + strangeEntries
    }

    static func hex(_ digest: some Sequence<UInt8>) -> String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
