import Foundation
import ShotlistCore

/// A folder of a run's own for files that are not whole yet.
struct StagingFolder: Sendable {
    /// The folder.
    let url: URL
    private let parent: URL?

    /// Makes a new folder in `parent`, or in the system's place for temporary files.
    init(_ parent: URL?) throws(ShotlistError) {
        self.parent = parent
        let place = parent ?? FileManager.default.temporaryDirectory
        url = place.appending(path: "shotlist-\(UUID().uuidString.lowercased())", directoryHint: .isDirectory)
        try AtomicFile.makeFolder(url.path)
    }

    /// Removes the folder and what is left in it, and its parents where they were made for it and are empty.
    func remove() {
        // What cannot be removed is only a left-over; it must not turn a finished run into a failed one.
        try? FileManager.default.removeItem(at: url)
        guard let parent else { return }
        for folder in [parent, parent.deletingLastPathComponent()] {
            guard let rest = try? FileManager.default.contentsOfDirectory(atPath: folder.path), rest.isEmpty else {
                return
            }
            try? FileManager.default.removeItem(at: folder)
        }
    }
}
