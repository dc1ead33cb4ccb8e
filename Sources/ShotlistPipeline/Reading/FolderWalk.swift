import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Finds what is below a folder. `FileManager`'s own enumerator leaves out, without a word, what it may not read.
enum FolderWalk {
    /// A file, or a folder that is closed to this user.
    struct Found: Sendable {
        /// Its path below the folder.
        let path: String
        /// Whether it is a folder whose content cannot be listed.
        let isClosed: Bool
        /// Whether its name is no text, so that no path leads to it.
        var isUnnamed = false
    }

    /// Every file below `root`, links to files among them, every folder that cannot be listed, and what has a name that
    /// is no UTF-8. What is hidden is left out; links to folders are not followed, so that the walk ends.
    static func files(below root: String) -> [Found] {
        var found: [Found] = []
        var folders = [""]
        while let folder = folders.popLast() {
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: root + "/" + folder) else {
                found.append(Found(path: folder, isClosed: true))
                continue
            }
            for name in names where !name.hasPrefix(".") {
                let path = folder.isEmpty ? name : folder + "/" + name
                switch kind(of: root + "/" + path) {
                case .folder: folders.append(path)
                case .file: found.append(Found(path: path, isClosed: false))
                // In a name that is no UTF-8 Foundation puts this character for what is none.
                case .missing where name.unicodeScalars.contains("\u{fffd}"):
                    found.append(Found(path: path, isClosed: false, isUnnamed: true))
                case .missing, .other: break
                }
            }
        }
        return found
    }

    private enum Kind {
        case folder, file, missing, other
    }

    private static func kind(of path: String) -> Kind {
        var status = stat()
        guard lstat(path, &status) == 0 else { return .missing }
        guard status.st_mode & S_IFMT != S_IFDIR else { return .folder }
        return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR ? .file : .other
    }

    /// The size of a file in bytes, 0 where nobody can tell. A run asks it of every video, so that it must be quick.
    static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
