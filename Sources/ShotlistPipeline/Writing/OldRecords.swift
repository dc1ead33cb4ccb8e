import Foundation
import ShotlistCore

/// Records of a video that tell of what is not so any more, and are taken away, wherever the output is.
struct OldRecords: Sendable {
    let outputPath: String
    let files: any OutputFiles

    /// Removes the record of a video and those of its chunks.
    func remove(of video: String, at relativePath: String) async throws {
        // First the one that names how many chunks there are.
        let record = "\(ClipWriterStage.outputPathProcessedVideos(outputPath))/\(relativePath).json"
        if try await isThere(record, of: video) { try await files.remove([record]) }
        try await removeChunks(from: 0, of: video, at: relativePath)
    }

    /// Removes the records of a video's chunks from number `first` on, the last one first: those that a kill leaves follow on
    /// one another, and are found by the next run.
    func removeChunks(from first: Int, of video: String, at relativePath: String) async throws {
        func path(_ number: Int) -> String {
            "\(ClipWriterStage.outputPathProcessedClipChunks(outputPath))/\(relativePath)_\(number).json"
        }
        var end = first
        while try await isThere(path(end), of: video) { end += 1 }
        for number in (first..<end).reversed() { try await files.remove([path(number)]) }
    }

    /// Removes the records of clips.
    func remove(of clips: [UUID]) async throws {
        let folder = ClipWriterStage.outputPathMetas(outputPath)
        try await files.remove(clips.map { "\(folder)/\($0.uuidString.lowercased()).json" })
    }

    /// Whether there is a record that is not another video's: two input folders may have one path below them.
    private func isThere(_ path: String, of video: String) async throws -> Bool {
        guard let record = try await files.read(path) else { return false }
        return ((try? RecordFields(data: record))?.text("video") ?? video) == video
    }
}
