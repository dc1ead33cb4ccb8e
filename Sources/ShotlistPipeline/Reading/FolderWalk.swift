import Foundation

/// Finds what is below a folder. `FileManager`'s own enumerator leaves out, without a word, what it may not read.
enum FolderWalk {
    /// A file, or a folder that is closed to this user.
    struct Found: Sendable {
        /// Its path below the folder.
        let path: String
        /// Whether it is a folder whose content cannot be listed.
        let isClosed: Bool
    }

    /// Every file below `root`, links to files among them, and every folder that cannot be listed. What is hidden is left
    /// out; links to folders are not followed, so that the walk ends.
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
                case .other: break
                }
            }
        }
        return found
    }

    private enum Kind {
        case folder, file, other
    }

    private static func kind(of path: String) -> Kind {
        let type = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
        guard type != .typeDirectory else { return .folder }
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            ? .file : .other
    }
}
