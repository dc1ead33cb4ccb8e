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
        guard !settings.format.isSubtitles else { return try await subtitles() }
        let exporter = try Exporter(outputPath: output, settings: settings)
        let plan = try await exporter.plan(try await windows())
        guard !isDry, let to else {
            print(ExportText.plan(plan, settings))
            return 0
        }
        let (count, terminal) = (plan.count, terminal)
        let report = try await exporter.write(plan, to: to) { done in
            if terminal.isInteractive { terminal.show("\(done) of \(count) clips") }
        }
        if terminal.isInteractive { terminal.show("") }
        print(ExportText.report(report, settings))
        if settings.validation != nil, report.clips[.validation] == nil {
            terminal.say("No video fell into validation: give a larger --validation-share, or another --seed.")
        }
        return report.reasons[.cutFailed] == nil ? 0 : Ending.partial
    }

    /// The windows that the filter lets through.
    private func windows() async throws -> [ExportWindow] {
        let person = NSUserName()
        let catalog = try await Catalog.open(outputPath: output, by: person.isEmpty ? "export" : person)
        let windows = try await ExportWindow.all(of: catalog, filter)
        try await catalog.close()
        let changed = windows.count { $0.isChangedSince && (settings.takesRejected || $0.decision != "rejected") }
        if changed > 0, !settings.leavesChangedOut { terminal.say(ExportText.changed(changed)) }
        return windows
    }

    private func subtitles() async throws -> Int32 {
        let subtitles = try SubtitleExport(settings: settings)
        let found = try await windows()
        guard !isDry else {
            let dropped = subtitles.dropped(found)
            print("would write   subtitles of \(found.count - dropped.count) windows")
            print(ExportText.dropped(dropped), terminator: "")
            return 0
        }
        let report =
            if let to {
                try await subtitles.write(found, to: to)
            } else {
                try await subtitles.writeBesideVideos(found, replaces: replaces)
            }
        print(ExportText.report(report, settings))
        return 0
    }
}
