import Foundation
import ShotlistCatalog
import ShotlistCore
import ShotlistExport
import ShotlistModels

/// An export as it was asked for, from the output's index to the folder.
struct ExportJob: Sendable {
    let output: String
    let to: String?
    /// Whether it only says what would be done.
    let isDry: Bool
    /// Whether subtitles with other words are written over.
    let replaces: Bool
    let settings: ExportSettings
    let filter: WindowFilter
    let terminal: Terminal

    /// Runs it; the exit code.
    func run() async throws -> Int32 {
        var settings = settings
        if settings.format == .parquet, !isDry {
            let folder = SharedFiles.folder(with: "parquet.py", checkout: "scripts/export", installed: "export")
            settings.parquet = try await ParquetTool.find(in: folder)
        }
        let isWhole =
            try await settings.format.isSubtitles ? subtitles(settings) : clips(settings)
        return isWhole ? 0 : Ending.partial
    }

    /// Exports clips; whether nothing was wrong.
    private func clips(_ settings: ExportSettings) async throws -> Bool {
        let exporter = try Exporter(outputPath: output, settings: settings)
        let source = try await ExportSource.read(output, filter, terminal)
        if settings.validation != nil { source.sayUnknown(terminal) }
        source.sayChanged(settings, terminal)
        let plan = try await exporter.plan(source.windows, to: to, from: source.origin)
        say(ExportText.plan(plan, settings, isDry: isDry))
        guard !isDry, let to else { return source.isWhole }
        let (count, terminal) = (plan.count, terminal)
        let report = try await exporter.write(plan, to: to) { done in
            if terminal.isInteractive { terminal.show("\(done) of \(count) clips") }
        }
        if terminal.isInteractive { terminal.show("") }
        say(ExportText.report(report, settings, said: plan.dropped.count))
        if settings.validation != nil, report.clips[.validation] == nil {
            terminal.say("No video fell into validation: give a larger --validation-share, or another --seed.")
        }
        return source.isWhole && report.reasons[.cutFailed] == nil
    }

    /// Exports subtitles; whether nothing was wrong.
    private func subtitles(_ settings: ExportSettings) async throws -> Bool {
        let subtitles = try SubtitleExport(outputPath: output, settings: settings)
        let source = try await ExportSource.read(output, filter, terminal)
        source.sayChanged(settings, terminal)
        if let to { try subtitles.check(to, for: source.windows) }
        let dropped = subtitles.dropped(source.windows)
        say(ExportText.subtitles(source.windows.count - dropped.count, dropped, isDry: isDry))
        guard !isDry else { return source.isWhole }
        let report =
            if let to {
                try await subtitles.write(source.windows, to: to, from: source.origin)
            } else {
                try await subtitles.writeBesideVideos(source.windows, replaces: replaces)
            }
        say(ExportText.report(report, settings, said: dropped.count))
        return source.isWhole
    }

    /// What is said before something is written is to be seen before.
    private func say(_ text: String) {
        print(text)
        fflush(nil)
    }
}
