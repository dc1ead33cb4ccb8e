import Foundation
import ShotlistCore

/// A folder that servers see under the same path, with a file for each window as long as it is asked about.
final class SharedFolder: Sendable {
    /// A folder of this run's own below the given one.
    private let path: String

    /// - Throws: ``ShotlistError``: `invalid_argument` without a folder, `write_failed` when none can be made in it.
    init(_ folder: String?) throws(ShotlistError) {
        guard let folder else {
            throw ShotlistError(
                .invalidArgument, "--endpoint-media file needs a folder that the servers see as well.",
                remedy: "Give it by --endpoint-media-dir, and to vLLM by --allowed-local-media-path.")
        }
        path = URL(filePath: folder).appending(path: "shotlist-\(UUID().uuidString.lowercased())")
            .path(percentEncoded: false)
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw ShotlistError(
                .writeFailed, "No folder can be made in '\(folder)': \(error.localizedDescription)",
                remedy: "Give a folder that can be written by --endpoint-media-dir.")
        }
    }

    /// Writes a window's file; its path.
    ///
    /// - Throws: ``ShotlistError`` (`write_failed`).
    func write(_ data: Data) throws(ShotlistError) -> String {
        let file = "\(path)/\(UUID().uuidString.lowercased()).mp4"
        do {
            try data.write(to: URL(filePath: file))
        } catch {
            throw ShotlistError(
                .writeFailed, "'\(file)' cannot be written: \(error.localizedDescription)",
                remedy: "Free some space, or give another folder by --endpoint-media-dir.")
        }
        return file
    }

    /// Removes a window's file.
    func remove(_ file: String) {
        try? FileManager.default.removeItem(atPath: file)
    }

    /// Removes the folder.
    func close() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
