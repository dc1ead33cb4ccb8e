import Foundation
import ShotlistCatalog
import ShotlistCore
import ShotlistExport

/// The windows that an export is made of, and what the output's index knows of them as a whole.
struct ExportSource: Sendable {
    let windows: [ExportWindow]
    let origin: ExportOrigin

    /// How many records that cannot be read are named.
    private static let mostNamed = 5

    /// Whether all records could be read.
    var isWhole: Bool { origin.unreadableRecords == 0 }

    /// Brings the output's index up to date and asks it. Says what cannot be read.
    static func read(_ output: String, _ filter: WindowFilter, _ terminal: Terminal) async throws -> ExportSource {
        let person = NSUserName()
        let catalog = try await Catalog.open(
            outputPath: output, by: person.isEmpty ? "export" : person, waits: false)
        try await Abandonable.wait {
            _ = try await catalog.refresh { progress in
                if terminal.isInteractive { terminal.show("\(progress.done) of \(progress.total) records read") }
            }
        }
        if terminal.isInteractive { terminal.show("") }
        let source = ExportSource(
            windows: try await ExportWindow.all(of: catalog, filter), origin: try await ExportOrigin(catalog, filter))
        if !source.isWhole { terminal.say(unreadable(source.origin, try await catalog.unreadableRecords())) }
        try await catalog.close()
        return source
    }

    /// Says that videos may change between training and validation.
    func sayUnknown(_ terminal: Terminal) {
        guard origin.unknownSources > 0 else { return }
        terminal.say(
            """
            \(origin.unknownSources) source videos have no record below processed_videos, so that their paths below the \
            input are not known: whether they are for training or for validation hangs on their file names alone, and may \
            be otherwise when they have one. Export when the run is complete, or compare manifests.
            """)
    }

    /// Says that windows are handed over that are not what a person judged.
    func sayChanged(_ settings: ExportSettings, _ terminal: Terminal) {
        let changed = windows.count { $0.isChangedSince && (settings.takesRejected || $0.decision != "rejected") }
        if changed > 0, !settings.leavesChangedOut { terminal.say(ExportText.changed(changed)) }
    }

    private static func unreadable(_ origin: ExportOrigin, _ records: [String: String]) -> String {
        let named = records.keys.sorted().prefix(mostNamed).map { name in
            "\n    \(name): \(records[name] ?? "")"
        }
        let rest = origin.unreadableRecords - named.count
        let count = origin.unreadableRecords == 1 ? "1 record" : "\(origin.unreadableRecords) records"
        return "\(count) below metas/v0 cannot be read, so that windows are missing, or are as they were before:"
            + named.joined() + (rest > 0 ? "\n    and \(rest) more" : "")
    }
}
