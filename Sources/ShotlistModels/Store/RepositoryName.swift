import ShotlistCore

/// Names that become folders.
enum RepositoryName {
    /// Whether `owner/name` is one that a hub has.
    static func isSafe(_ id: String) -> Bool {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy(isSafePart)
    }

    /// Whether a text is one name: letters, digits, `.`, `_` and `-`, no dot first.
    static func isSafePart(_ part: some StringProtocol) -> Bool {
        !part.isEmpty && part.utf8.count <= 128 && part.first != "."
            && part.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "._-".unicodeScalars.contains(scalar))
            }
    }

    /// Refuses a repository whose name is none.
    static func check(_ repository: HubRepository) throws(ShotlistError) {
        guard isSafe(repository.id), HubFile.isSafe(repository.revision) else {
            throw ShotlistError(
                .invalidArgument, "'\(repository.id)' is not the name of a repository.",
                remedy: "Give owner/name, letters, digits, '.', '_' and '-', and a revision.")
        }
    }
}
