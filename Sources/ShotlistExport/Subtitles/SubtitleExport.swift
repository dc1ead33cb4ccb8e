import Foundation
import ShotlistCore

/// Writes captions as subtitles, a file for each source video.
public struct SubtitleExport: Sendable {
    private let settings: ExportSettings
    private let outputPath: String?

    /// An export with these settings, of format `srt` or `vtt`.
    ///
    /// - Parameters:
    ///   - outputPath: the output that windows are of, in which nothing is written.
    ///   - settings: what is wanted.
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for settings that subtitles do not have.
    public init(outputPath: String? = nil, settings: ExportSettings) throws(ShotlistError) {
        try settings.check()
        guard settings.format.isSubtitles else {
            throw ShotlistError(.invalidArgument, "\(settings.format.rawValue) is no format of subtitles.")
        }
        self.settings = settings
        self.outputPath = outputPath
    }

    /// What is left out of subtitles for these windows.
    public func dropped(_ windows: [ExportWindow]) -> [DroppedWindow] { split(windows).dropped }

    /// Throws what writing into a folder would be refused with.
    ///
    /// - Throws: ``ShotlistError`` (`export_refused`).
    public func check(_ path: String, for windows: [ExportWindow]) throws(ShotlistError) {
        _ = try destination(path, windows)
    }

    /// Writes the subtitles into a folder of their own, at the videos' paths below the run's input.
    ///
    /// - Parameters:
    ///   - windows: the windows.
    ///   - path: the folder; it is not there yet, or empty, and neither in the output nor in the input.
    ///   - origin: what is known of the windows as a whole, for the manifest.
    /// - Throws: ``ShotlistError``: `export_refused`, `write_failed`, `disk_full`, `cancelled`.
    public func write(
        _ windows: [ExportWindow], to path: String, from origin: ExportOrigin = ExportOrigin()
    ) async throws -> ExportReport {
        try await Crew.stoppable { stop in try write(windows, to: path, origin, stop) }
    }

    private func write(
        _ windows: [ExportWindow], to path: String, _ origin: ExportOrigin, _ stop: StopFlag
    ) throws(ShotlistError) -> ExportReport {
        let (files, dropped) = files(windows, isBeside: false)
        try Self.check(files)
        let folder = try ExportFolder(try destination(path, windows))
        for file in files {
            try stop.check()
            try folder.makeFolder((file.path as NSString).deletingLastPathComponent)
            try TextFile.write(file.text, to: "\(folder.part)/\(file.path)", waits: false)
        }
        var sums: [(path: String, sum: FileSum)] = []
        for name in folder.files() {
            try stop.check()
            sums.append((name, try FileSum(of: "\(folder.part)/\(name)")))
        }
        let (clips, seconds) = Self.counts(files)
        let manifest = ExportManifest(
            settings: settings, origin: origin, clips: clips, seconds: seconds, dropped: dropped, files: sums)
        try TextFile.write(manifest.text, to: "\(folder.part)/\(ExportManifest.name)")
        try folder.complete()
        return Self.report(files, dropped, path: folder.path)
    }

    /// Writes each video's subtitles beside it. There is no manifest: nothing else is put among videos.
    ///
    /// All are looked at before one is written. A file that is the same already stays. Each is whole or not there; what is
    /// written when it is stopped stays.
    ///
    /// - Parameters:
    ///   - windows: the windows.
    ///   - replaces: whether files of these names with other words in them are written over.
    /// - Throws: ``ShotlistError``: `export_refused` where a video is not there, or where words are that nobody said to
    ///   replace; `write_failed`, `disk_full`, `cancelled`.
    public func writeBesideVideos(_ windows: [ExportWindow], replaces: Bool) async throws -> ExportReport {
        try await Crew.stoppable { stop in try write(windows, replaces: replaces, stop) }
    }

    private func write(
        _ windows: [ExportWindow], replaces: Bool, _ stop: StopFlag
    ) throws(ShotlistError) -> ExportReport {
        let (files, dropped) = files(windows, isBeside: true)
        try Self.check(files)
        var work: [SubtitleFile] = []
        for file in files {
            try stop.check()
            guard FileManager.default.fileExists(atPath: file.source) else {
                throw Trouble.refused(
                    "The video '\(file.source)' is not there, so that nothing can be put beside it.",
                    "Run it in the folder in which the run was started, or give --to a folder.")
            }
            if try !file.isThere(replaces: replaces) { work.append(file) }
        }
        for file in work {
            try stop.check()
            try file.place(replaces: replaces)
        }
        return Self.report(files, dropped, path: "")
    }

    private func destination(_ path: String, _ windows: [ExportWindow]) throws(ShotlistError) -> Destination {
        let destination = try Destination(path)
        try destination.check(output: outputPath, windows: windows)
        return destination
    }

    private static func report(_ files: [SubtitleFile], _ dropped: [DroppedWindow], path: String) -> ExportReport {
        let (clips, seconds) = counts(files)
        return ExportReport(
            path: path, clips: clips, seconds: seconds, dropped: dropped, files: files.count,
            bytes: files.reduce(0) { $0 + $1.text.utf8.count })
    }

    private static func check(_ files: [SubtitleFile]) throws(ShotlistError) {
        guard files.isEmpty else { return }
        throw Trouble.refused(
            "There is nothing to export: no window has a caption.", "Run it with --dry-run to see why.")
    }

    private static func counts(_ files: [SubtitleFile]) -> (clips: [ExportPart: Int], seconds: [ExportPart: Double]) {
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
    private func files(
        _ windows: [ExportWindow], isBeside: Bool
    ) -> (files: [SubtitleFile], dropped: [DroppedWindow]) {
        let (kept, dropped) = split(windows)
        // By bytes: names that look the same may be two files.
        let videos = Dictionary(grouping: kept) { Array($0.window.source.utf8) }.values.compactMap { cues in
            cues.first.map { (source: $0.window.source, below: $0.window.relativePath, cues: cues) }
        }
        let paths = SubtitleNames.paths(
            of: videos.map { ($0.source, isBeside ? Self.real($0.source) : SafePath.below($0.below)) },
            extension: settings.format.rawValue)
        let files = zip(videos, paths).map { video, path in
            let text = SubtitleText(
                video.cues.map {
                    SubtitleText.Cue(
                        start: $0.window.startSeconds, end: $0.window.endSeconds, caption: $0.caption)
                })
            return SubtitleFile(
                source: video.source, path: path, text: settings.format == .srt ? text.srt : text.vtt,
                cues: video.cues.count,
                seconds: video.cues.reduce(0) { $0 + $1.window.endSeconds - $1.window.startSeconds })
        }
        return (files.sorted { $0.path < $1.path }, dropped)
    }

    /// A video's path in its folder without links, so that two ways to one folder are seen to be one.
    private static func real(_ source: String) -> String {
        let (folder, name) = ((source as NSString).deletingLastPathComponent, (source as NSString).lastPathComponent)
        guard let found = realpath(folder.isEmpty ? "." : folder, nil) else { return source }
        defer { free(found) }
        return (String(cString: found) as NSString).appendingPathComponent(name)
    }
}
