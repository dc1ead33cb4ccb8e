import Foundation
import Synchronization

/// Real footage, which `make` fetches, and variants of it that ffmpeg makes when a test first asks for them.
enum Footage {
    /// The footage's files; `scripts/fetch-footage.sh` fetches them when they are not there.
    static let folder: URL = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appendingPathComponent(".deps/footage")
        if !FileManager.default.fileExists(atPath: folder.path) {
            let fetch = Process()
            fetch.executableURL = root.appendingPathComponent("scripts/fetch-footage.sh")
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

    private static let made = Mutex<[Variant: String]>([:])

    /// The file of a variant, made once a run.
    static func path(of variant: Variant) throws -> String {
        try made.withLock { made in
            if let path = made[variant] { return path }
            let path = scratch.appendingPathComponent(variant.rawValue).path
            var source = bunny
            if let base = variant.base {
                source = scratch.appendingPathComponent(base.rawValue).path
                if made[base] == nil {
                    try FFmpeg.run(base.arguments(source: bunny) + [source])
                    made[base] = source
                }
            }
            try FFmpeg.run(variant.arguments(source: source) + [path])
            made[variant] = path
            return path
        }
    }
}
