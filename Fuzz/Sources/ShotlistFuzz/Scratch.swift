import Foundation

/// Files for parsers that read from a path: in memory where there is such a file system, and written again and again.
enum Scratch {
    /// A folder of this process's own, which scripts/fuzz/run.py removes.
    static let folder: String = {
        let parent = ProcessInfo.processInfo.environment["SHOTLIST_FUZZ_SCRATCH"] ?? NSTemporaryDirectory()
        let path = "\(parent)/\(getpid())"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }()

    /// Writes bytes under a name in the folder, and hands out the path.
    static func file(_ name: String, _ bytes: Data, _ body: (String) -> Void) {
        let path = "\(folder)/\(name)"
        guard FileManager.default.createFile(atPath: path, contents: bytes) else { return }
        body(path)
    }
}
