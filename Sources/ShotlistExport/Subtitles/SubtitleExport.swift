import Foundation
import ShotlistCore

/// Writes captions as subtitles, a file for each source video.
public struct SubtitleExport: Sendable {
    private let settings: ExportSettings

    /// A video's subtitles.
    private struct File: Sendable {
        /// The video's path as it was given.
        let source: String
        /// The subtitles' path below the input.
        let path: String
        let text: String
        let cues: Int
        let seconds: Double
    }

    /// An export with these settings, of format `srt` or `vtt`.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for settings that subtitles do not have.
    public init(settings: ExportSettings) throws(ShotlistError) {
        try settings.check()
        guard settings.format.isSubtitles else {
            throw ShotlistError(.invalidArgument, "\(settings.format.rawValue) is no format of subtitles.")
        }
        self.settings = settings
    }

    /// What is left out of subtitles for these windows.
    public func dropped(_ windows: [ExportWindow]) -> [DroppedWindow] { split(windows).dropped }

    /// Writes the subtitles into a folder of their own, at the videos' paths below the run's input.
    ///
    /// - Throws: ``ShotlistError``: `export_refused`, `write_failed`, `disk_full`.
    public func write(_ windows: [ExportWindow], to path: String) async throws -> ExportReport {
        try await Crew.onThread { try writeBlocking(windows, to: path) }
    }

    private func writeBlocking(_ windows: [ExportWindow], to path: String) throws(ShotlistError) -> ExportReport {
        let (files, dropped) = files(windows)
        try Self.check(files)
        let folder = try ExportFolder(path)
        for file in files {
            try folder.makeFolder((file.path as NSString).deletingLastPathComponent)
            try TextFile.write(file.text, to: "\(folder.part)/\(file.path)")
        }
        var sums: [(path: String, sum: FileSum)] = []
        for name in folder.files() { sums.append((name, try FileSum(of: "\(folder.part)/\(name)"))) }
        let (clips, seconds) = Self.counts(files)
        let manifest = ExportManifest(
            settings: settings, clips: clips, seconds: seconds, dropped: dropped, files: sums)
        try TextFile.write(manifest.text, to: "\(folder.part)/\(ExportManifest.name)")
        try folder.complete()
        return ExportReport(
            path: folder.path, clips: clips, seconds: seconds, dropped: dropped, files: files.count,
            bytes: files.reduce(0) { $0 + $1.text.utf8.count })
    }

    /// Writes each video's subtitles beside it.
    ///
    /// All are looked at before one is written. A file that is the same already stays.
    ///
    /// - Parameter replaces: whether files of these names with other words in them are written over.
    /// - Throws: ``ShotlistError``: `export_refused` where a video is not there, or where words are that nobody said to
    ///   replace; `write_failed`, `disk_full`.
    public func writeBesideVideos(_ windows: [ExportWindow], replaces: Bool) async throws -> ExportReport {
        try await Crew.onThread { try writeBlocking(windows, replaces: replaces) }
    }

    private func writeBlocking(_ windows: [ExportWindow], replaces: Bool) throws(ShotlistError) -> ExportReport {
        let (files, dropped) = files(windows)
        try Self.check(files)
        var work: [(path: String, text: String)] = []
        for file in files {
            let folder = (file.source as NSString).deletingLastPathComponent
            let path = (folder as NSString).appendingPathComponent((file.path as NSString).lastPathComponent)
            guard FileManager.default.fileExists(atPath: file.source) else {
                throw Trouble.refused(
                    "The video '\(file.source)' is not there, so that nothing can be put beside it.",
                    "Run it in the folder in which the run was started, or give --to a folder.")
            }
            var status = stat()
            if lstat(path, &status) == 0 {
                let isFile = status.st_mode & S_IFMT == S_IFREG
                let words = isFile ? try? Data(contentsOf: URL(filePath: path)) : nil
                if words == Data(file.text.utf8) { continue }
                guard replaces, isFile else {
                    throw Trouble.refused(
                        "'\(path)' is there already, with other words.",
                        "Give --replace to write over it, or --to a folder.")
                }
            }
            work.append((path, file.text))
        }
        for (path, text) in work {
            // Some file systems take names of 255 bytes, which leaves no room for more.
            let folder = (path as NSString).deletingLastPathComponent
            let temporary = "\(folder.isEmpty ? "." : folder)/.shotlist-\(UUID().uuidString).tmp"
            do throws(ShotlistError) {
                try TextFile.write(text, to: temporary)
                guard rename(temporary, path) == 0 else { throw Trouble.last("write", path) }
            } catch {
                unlink(temporary)
                throw error
            }
        }
        let (clips, seconds) = Self.counts(files)
        return ExportReport(
            path: "", clips: clips, seconds: seconds, dropped: dropped, files: files.count,
            bytes: files.reduce(0) { $0 + $1.text.utf8.count })
    }

    private static func check(_ files: [File]) throws(ShotlistError) {
        guard files.isEmpty else { return }
        throw Trouble.refused(
            "There is nothing to export: no window has a caption.", "Run it with --dry-run to see why.")
    }

    private static func counts(_ files: [File]) -> (clips: [ExportPart: Int], seconds: [ExportPart: Double]) {
        ([.train: files.reduce(0) { $0 + $1.cues }], [.train: files.reduce(0) { $0 + $1.seconds }])
    }

    private func split(
        _ windows: [ExportWindow]
    ) -> (kept: [(window: ExportWindow, caption: String)], dropped: [DroppedWindow]) {
        var (kept, dropped) = ([(window: ExportWindow, caption: String)](), [DroppedWindow]())
        for window in windows {
            if !settings.takesRejected, window.decision == "rejected" {
                dropped.append(DroppedWindow(window, .rejected))
            } else if settings.leavesChangedOut, window.isChangedSince {
                dropped.append(DroppedWindow(window, .changedSince))
            } else if let caption = settings.template.words(of: window) {
                kept.append((window, caption))
            } else {
                dropped.append(DroppedWindow(window, .noCaption))
            }
        }
        return (kept, dropped)
    }

    /// A file for each video, in the order of their paths.
    private func files(_ windows: [ExportWindow]) -> (files: [File], dropped: [DroppedWindow]) {
        let (kept, dropped) = split(windows)
        let bySource = Dictionary(grouping: kept) { $0.window.source }
        let names = Self.names(
            of: bySource.compactMap { source, windows in windows.first.map { (source, $0.window.relativePath) } },
            extension: settings.format.rawValue)
        let files = bySource.map { source, windows in
            let text = SubtitleText(
                windows.map {
                    SubtitleText.Cue(
                        start: $0.window.startSeconds, end: $0.window.endSeconds, caption: $0.caption)
                })
            return File(
                source: source, path: names[source] ?? source, text: settings.format == .srt ? text.srt : text.vtt,
                cues: windows.count,
                seconds: windows.reduce(0) { $0 + $1.window.endSeconds - $1.window.startSeconds })
        }
        return (files.sorted { $0.path < $1.path }, dropped)
    }

    /// A path for each video's subtitles: the video's with another extension, or behind its own where two would be one.
    private static func names(
        of videos: [(source: String, path: String)], extension suffix: String
    ) -> [String: String] {
        let paths = videos.map { (source: $0.source, path: SafePath.below($0.path)) }
        let short = Dictionary(grouping: paths) { SafePath.withoutExtension($0.path) }
        let whole = Dictionary(grouping: paths, by: \.path)
        return paths.reduce(into: [:]) { names, video in
            let stem = SafePath.withoutExtension(video.path)
            let isAlone = short[stem]?.count == 1
            // Inputs of two runs may have videos of one path.
            let isTwice = (whole[video.path]?.count ?? 0) > 1
            let mark = isTwice ? ".\(ContentHash.sha256(video.source).prefix(8))" : ""
            names[video.source] = "\(isAlone ? stem : video.path)\(mark).\(suffix)"
        }
    }
}
