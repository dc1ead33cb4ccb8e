import Foundation

/// Files that come with the program: in the checkout it was built in, or below the prefix it was installed to.
package enum SharedFiles {
    /// Where such a folder may be, in the order in which it is looked for.
    ///
    /// - Parameters:
    ///   - checkout: its path in the checkout.
    ///   - installed: its path below `share/shotlist` of the prefix.
    package static func folders(checkout: String, installed: String) -> [String] {
        let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        var folder = executable.deletingLastPathComponent()
        let prefix = folder.deletingLastPathComponent().appending(path: "share/shotlist/\(installed)").path
        var folders: [String] = []
        // From .build/<platform>/<configuration>/shotlist the checkout is three folders up.
        for _ in 0...3 {
            folders.append(folder.appending(path: checkout).path)
            folder = folder.deletingLastPathComponent()
        }
        return folders + [prefix]
    }

    /// The first of the folders that holds a file of this name.
    package static func folder(with file: String, checkout: String, installed: String) -> String? {
        folders(checkout: checkout, installed: installed).first {
            FileManager.default.fileExists(atPath: "\($0)/\(file)")
        }
    }
}
