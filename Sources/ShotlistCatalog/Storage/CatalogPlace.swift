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

    /// A video's path below the input folder, told by where its record is: the longest end of its path that has one. Nil
    /// while it has none.
    func relativePath(ofSource source: String) -> String? {
        let parts = source.split(separator: "/").map(String.init)
        // Nothing above the folder is looked at, whatever a record says.
        guard !parts.contains(".."), !parts.isEmpty else { return nil }
        for count in stride(from: parts.count, through: 1, by: -1) {
            let end = parts.suffix(count).joined(separator: "/")
            if FileManager.default.fileExists(atPath: "\(videos)/\(end).json") { return end }
        }
        return nil
    }
}
