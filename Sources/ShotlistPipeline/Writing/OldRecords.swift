import Foundation
import ShotlistCore

/// Records of a video that tell of what is not so any more, and are taken away.
enum OldRecords {
    /// Removes the record of a video and those of its chunks.
    static func remove(of video: String, at relativePath: String, in outputPath: String) throws(ShotlistError) {
        // First the one that names how many chunks there are.
        let record = "\(ClipWriterStage.outputPathProcessedVideos(outputPath))/\(relativePath).json"
        if isThere(record, of: video) { try AtomicFile.remove(record) }
        try removeChunks(from: 0, of: video, at: relativePath, in: outputPath)
    }

    /// Removes the records of a video's chunks from number `first` on, the last one first: those that a kill leaves follow on
    /// one another, and are found by the next run.
    static func removeChunks(
        from first: Int, of video: String, at relativePath: String, in outputPath: String
    ) throws(ShotlistError) {
        func path(_ number: Int) -> String {
            "\(ClipWriterStage.outputPathProcessedClipChunks(outputPath))/\(relativePath)_\(number).json"
        }
        var end = first
        while isThere(path(end), of: video) { end += 1 }
        for number in (first..<end).reversed() { try AtomicFile.remove(path(number)) }
    }

    /// Removes the records of clips.
    static func remove(of clips: [UUID], in outputPath: String) throws(ShotlistError) {
        let folder = ClipWriterStage.outputPathMetas(outputPath)
        for clip in clips { try AtomicFile.remove("\(folder)/\(clip.uuidString.lowercased()).json") }
    }

    /// Whether there is a record that is not another video's: two input folders may have one path below them.
    private static func isThere(_ path: String, of video: String) -> Bool {
        guard FileManager.default.fileExists(atPath: path) else { return false }
        return ((try? RecordFields(path: path))?.text("video") ?? video) == video
    }
}
