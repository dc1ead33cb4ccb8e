import ShotlistCore

/// Paths that records name. They are data: what is made of them lies below the folder that it is meant for.
enum SafePath {
    /// A path below a folder: without a root, without steps up, without empty steps.
    static func below(_ path: String) -> String {
        let steps = path.split(separator: "/").filter { $0 != "." }.map { $0 == ".." ? "__" : String($0) }
        // No system call can take the rest of a name that has a NUL in it.
        let names = steps.map { $0.replacing("\0", with: "_") }
        return names.isEmpty ? "_" : names.joined(separator: "/")
    }

    /// A path without the last name's extension.
    static func withoutExtension(_ path: String) -> String {
        let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        guard let dot = path[start...].lastIndex(of: "."), dot > start else { return path }
        return String(path[..<dot])
    }
}
