import ShotlistCore

/// Writes a part of an export in one format. For one thread.
protocol ExportWriter: AnyObject {
    /// Where a clip's file goes, below the part's folder; nil where it gets none of its own.
    func clipPath(of name: String) -> String?
    /// Adds a clip.
    ///
    /// - Parameters:
    ///   - row: what is known of it.
    ///   - file: its file; in its place already where it has one there. Empty without clips.
    func add(_ row: ExportRow, file: String) throws(ShotlistError)
    /// Ends the part's files.
    func finish() throws(ShotlistError)
}

/// Where a part of an export is written.
struct PartPlace: Sendable {
    /// Its folder now, which is there.
    let folder: String
    /// Its folder when the export is complete.
    let finalFolder: String
}

/// `<name>.mp4` beside `<name>.txt`.
final class SidecarWriter: ExportWriter {
    private let place: PartPlace

    init(_ place: PartPlace) { self.place = place }

    func clipPath(of name: String) -> String? { "\(name).mp4" }

    func add(_ row: ExportRow, file: String) throws(ShotlistError) {
        // Some readers take the first line alone.
        try TextFile.write(row.oneLine + "\n", to: "\(place.folder)/\(row.name).txt", waits: false)
    }

    func finish() throws(ShotlistError) {}
}

/// `metas/<name>.txt` and `videos/<name>.mp4`.
final class CosmosWriter: ExportWriter {
    private let place: PartPlace

    init(_ place: PartPlace) { self.place = place }

    func clipPath(of name: String) -> String? { "videos/\(name).mp4" }

    func add(_ row: ExportRow, file: String) throws(ShotlistError) {
        try TextFile.write(row.caption + "\n", to: "\(place.folder)/metas/\(row.name).txt", waits: false)
    }

    func finish() throws(ShotlistError) {}
}

/// `prompt.txt` and `videos.txt`: the lines of both belong together by their number.
final class FinetrainersWriter: ExportWriter {
    private let prompts: TextFile
    private let videos: TextFile

    init(_ place: PartPlace) throws(ShotlistError) {
        prompts = try TextFile("\(place.folder)/prompt.txt")
        videos = try TextFile("\(place.folder)/videos.txt")
    }

    func clipPath(of name: String) -> String? { "videos/\(name).mp4" }

    func add(_ row: ExportRow, file: String) throws(ShotlistError) {
        try prompts.add(row.oneLine + "\n")
        try videos.add("videos/\(row.name).mp4\n")
    }

    func finish() throws(ShotlistError) {
        try prompts.finish()
        try videos.finish()
    }
}
