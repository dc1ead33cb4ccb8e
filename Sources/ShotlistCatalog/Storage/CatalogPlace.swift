import Foundation
import ShotlistCore

/// Where things are in an output folder.
struct CatalogPlace: Sendable {
    /// The output folder, as it was given.
    let output: String

    init(outputPath: String) {
        output = outputPath.isEmpty ? "." : outputPath
    }

    /// `<output>/.shotlist`.
    var folder: String { output + "/.shotlist" }
    /// The catalog's SQLite file. Beside it are `-wal`, with what is committed and not yet in the file, and `-shm`.
    var database: String { folder + "/review.sqlite" }
    /// The run's ledger.
    var ledger: String { folder + "/ledger.sqlite" }
    /// The records of clips.
    var records: String { output + "/metas/v0" }
    /// The records of videos.
    var videos: String { output + "/processed_videos" }

    /// A window's preview.
    func preview(_ key: WindowKey) -> String {
        "\(output)/previews/\(key.text).webp"
    }

    /// A clip's file.
    func clip(_ name: String) -> String {
        "\(output)/clips/\(name).mp4"
    }

    /// Whether a window's preview is there.
    func hasPreview(_ key: WindowKey) -> Bool { FileManager.default.fileExists(atPath: preview(key)) }

    /// Whether the file of a window's clip is there.
    func hasClip(_ key: WindowKey) -> Bool { FileManager.default.fileExists(atPath: clip(key.clipName)) }

    /// The largest record of a video that is read, in bytes.
    private static let mostBytes = 16 << 20

    /// A video's path below the input folder, told by where its record is: the longest end of its path that has one which
    /// names it. Nil while it has none. Blocks.
    func relativePath(ofSource source: String) -> String? {
        let parts = source.split(separator: "/").map(String.init)
        // Nothing above the folder is looked at, whatever a record says.
        guard !parts.contains(".."), !parts.isEmpty else { return nil }
        for count in stride(from: parts.count, through: 1, by: -1) {
            let end = parts.suffix(count).joined(separator: "/")
            // The end of a path may be another video's.
            if video(ofRecord: "\(videos)/\(end).json") == source { return end }
        }
        return nil
    }

    /// The video that a record of a video names; nil where there is none.
    private func video(ofRecord path: String) -> String? {
        guard let facts = try? FileManager.default.attributesOfItem(atPath: path),
            facts[.type] as? FileAttributeType == .typeRegular, let bytes = facts[.size] as? NSNumber,
            bytes.intValue <= Self.mostBytes,
            let data = try? Data(contentsOf: URL(filePath: path))
        else { return nil }
        return (try? JSONFields(data: data))?.text("video")
    }
}
