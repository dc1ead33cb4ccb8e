import Foundation

/// What is known of a folder whose files are all here: `.shotlist.json` in it.
///
/// While files are still coming, the same is in `.shotlist.part.json`: the parts beside it are of these files.
struct Manifest: Sendable, Hashable, Codable {
    /// The name of the file.
    static let fileName = ".shotlist.json"
    /// The name of the file while files are still coming.
    static let journalName = ".shotlist.part.json"

    /// A file as it must be.
    struct File: Sendable, Hashable, Codable {
        var path: String
        var size: Int
        var sha256: String?
        var gitOid: String?

        enum CodingKeys: String, CodingKey {
            case path, size, sha256
            case gitOid = "git_oid"
        }
    }

    /// The version of this format.
    var format = 1
    /// `owner/name` of the repository, or the name of a Python package.
    var source: String
    /// The whole commit, or the package's version.
    var revision: String
    /// What was asked for when the commit was found: a branch, a short commit.
    var asked: [String]
    /// The shell patterns whose files are all here.
    var patterns: [String]
    /// The files, by path.
    var files: [File]
    /// Files that were found damaged and are to be brought anew.
    var damaged: [String]?
    /// Those of the patterns whose files are the ones that a cache had: the hub has not been asked which there are.
    var unlisted: [String]?

    /// Reads a folder's manifest; nil when there is none that can be understood.
    static func read(_ folder: String, name: String = fileName) -> Manifest? {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)"),
            let manifest = try? JSONDecoder().decode(Manifest.self, from: data), manifest.format == 1,
            manifest.files.allSatisfy({
                HubFile.isSafe($0.path) && $0.hubFile != nil && HubFile.sizes.contains($0.size)
            }), HubFile.sizes.contains(manifest.bytes)
        else { return nil }
        return manifest
    }

    /// Writes it into a folder, atomically.
    func write(_ folder: String, name: String = fileName) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try Disk.write(try encoder.encode(self) + Data("\n".utf8), to: "\(folder)/\(name)")
    }

    /// Whether the folder holds what is wanted: `revision` is the commit, its beginning, or a name it was asked for by.
    func serves(revision wanted: String, patterns wantedPatterns: [String]) -> Bool {
        let isCommit = wanted.utf8.count >= 7 && wanted.allSatisfy(\.isHexDigit)
        let isRevision = asked.contains(wanted) || isCommit && revision.hasPrefix(wanted.lowercased())
        return isRevision && Set(wantedPatterns).isSubset(of: patterns) && (damaged ?? []).isEmpty
    }

    /// Whether every file is there in its size.
    func isThere(in folder: String) -> Bool {
        files.allSatisfy { Disk.size(of: "\(folder)/\($0.path)") == $0.size }
    }

    /// Bytes of all files.
    var bytes: Int { files.reduce(0) { $0.addingReportingOverflow($1.size).overflow ? .max : $0 + $1.size } }
}

extension Manifest.File {
    /// A file of a listing.
    init(_ file: HubFile) {
        self.init(path: file.path, size: file.size)
        switch file.content {
        case .sha256(let digits): sha256 = digits
        case .gitBlob(let digits): gitOid = digits
        }
    }

    /// The file as a listing has it; nil without a hash.
    var hubFile: HubFile? {
        guard let content = (sha256 ?? gitOid).flatMap(ContentID.init) else { return nil }
        return HubFile(path: path, size: size, content: content)
    }
}
