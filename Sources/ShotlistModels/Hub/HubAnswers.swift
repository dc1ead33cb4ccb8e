import Foundation

/// What the hub says of a repository at a revision.
struct HubRevision: Sendable, Hashable, Decodable {
    /// `owner/name`; another than the one asked for when the repository was renamed.
    let id: String
    /// The whole commit.
    let sha: String
}

/// An entry of a tree listing.
struct TreeEntry: Decodable {
    struct LFS: Decodable {
        let oid: String
        let size: Int
    }
    let type: String
    let path: String
    let oid: String?
    let size: Int?
    let lfs: LFS?

    /// The file that the entry means; nil when it does not say enough to check one.
    var file: HubFile? {
        guard HubFile.isSafe(path) else { return nil }
        if let lfs {
            guard HubFile.sizes.contains(lfs.size), case .sha256(let digits) = ContentID(lfs.oid) else { return nil }
            return HubFile(path: path, size: lfs.size, content: .sha256(digits))
        }
        guard let size, HubFile.sizes.contains(size), case .gitBlob(let digits) = oid.flatMap(ContentID.init) else {
            return nil
        }
        return HubFile(path: path, size: size, content: .gitBlob(digits))
    }
}

/// A `Link` header: `<address>; rel="next", ...`.
enum LinkHeader {
    /// The address of the next page; nil on the last.
    static func next(in headers: [String]) -> String? {
        for link in headers.joined(separator: ",").split(separator: ",") {
            let parts = link.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            guard let address = parts.first, address.hasPrefix("<"), address.hasSuffix(">"),
                parts.dropFirst().contains(where: { $0 == "rel=\"next\"" || $0 == "rel=next" })
            else { continue }
            return String(address.dropFirst().dropLast())
        }
        return nil
    }
}
