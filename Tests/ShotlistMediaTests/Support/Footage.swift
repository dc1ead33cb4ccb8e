import Foundation

/// Real footage, which `make` fetches, and the corpus of odd files, which is made of it.
enum Footage {
    /// The footage's files; `scripts/fetch-footage.sh` fetches them when they are not there.
    static let folder: URL = {
        let folder = Program.root.appendingPathComponent(".deps/footage")
        if !FileManager.default.fileExists(atPath: folder.path) {
            let fetch = Process()
            fetch.executableURL = Program.root.appendingPathComponent("scripts/fetch-footage.sh")
            // Where this fails, the tests fail on the missing files and name them.
            try? fetch.run()
            fetch.waitUntilExit()
        }
        return folder
    }()

    /// 1280 x 720, 25 frames a second, 132 frames, with sound.
    static var bunny: String { folder.appendingPathComponent("bigbuckbunny.mp4").path }
    /// 640 x 272, 25 frames a second, 250 frames, B-frames, no sound.
    static var bikes: String { folder.appendingPathComponent("bikes.mp4").path }
    /// 176 x 144, 29.97 frames a second, 120 frames, pixels that are not square.
    static var carphone: String { folder.appendingPathComponent("carphone_pristine.mp4").path }

    /// A folder for files of this run.
    static let scratch: URL = {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "shotlist-media-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(at: Footage.scratch) }
        return folder
    }()

    /// A path for a new file.
    static func newFile(_ suffix: String) -> URL { scratch.appendingPathComponent(UUID().uuidString + suffix) }

    /// The folder of the corpus; `scripts/corpus.sh` makes the files that are missing, and says where they are.
    private static let corpus: Result<URL, any Error> = Result {
        _ = folder
        return URL(fileURLWithPath: try Program.lastLine(ofScript: "scripts/corpus.sh"))
    }

    /// The file of a variant.
    static func path(of variant: Variant) throws -> String {
        try corpus.get().appendingPathComponent(variant.rawValue).path
    }

    /// The names of the corpus' files and what is odd about each, as its manifest has them.
    static func manifest() throws -> [(name: String, oddity: String)] {
        let file = try corpus.get().appendingPathComponent("manifest.tsv")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            let parts = line.split(separator: "\t", maxSplits: 1)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
    }
}
