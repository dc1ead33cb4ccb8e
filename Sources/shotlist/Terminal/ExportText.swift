import Foundation
import ShotlistCore
import ShotlistExport

/// What is said of an export.
enum ExportText {
    /// How many windows are named for each reason.
    private static let mostNamed = 5

    /// What is going to be done, or would be.
    static func plan(_ plan: ExportPlan, _ settings: ExportSettings, isDry: Bool) -> String {
        let made = plan.count - plan.countAsTheyAre
        var text = column(isDry ? "would export" : "to export")
        text += "\(plan.count) clips: \(plan.countAsTheyAre) as they are, \(made) cut or made again\n"
        if settings.validation != nil {
            text += "train         \(plan.count(in: .train))\nvalidation    \(plan.count(in: .validation))\n"
        }
        return String((text + dropped(plan.dropped)).dropLast())
    }

    /// The same of subtitles.
    static func subtitles(_ count: Int, _ dropped: [DroppedWindow], isDry: Bool) -> String {
        let text = "\(column(isDry ? "would write" : "to write"))subtitles of \(count) windows\n"
        return String((text + Self.dropped(dropped)).dropLast())
    }

    /// What was done.
    ///
    /// - Parameter said: how many of the windows that were left out were told of before.
    static func report(_ report: ExportReport, _ settings: ExportSettings, said: Int) -> String {
        let unit = settings.format.isSubtitles ? "captions" : "clips"
        let lines = ExportPart.allCases.compactMap { part in
            report.clips[part].map { count in
                let name = settings.validation == nil ? "exported" : part.rawValue
                let seconds = String(format: "%.1f", report.seconds[part] ?? 0)
                return "\(column(name))\(count) \(unit), \(seconds) s\n"
            }
        }
        var text = lines.joined()
        text += "\(column("files"))\(report.files), \(report.bytes) bytes\n"
        if !report.path.isEmpty { text += "\(column("folder"))\(report.path.printable)\n" }
        return String((text + dropped(Array(report.dropped.dropFirst(said)))).dropLast())
    }

    /// What was left out, by reason, with the first windows of each; a line break behind each line.
    private static func dropped(_ dropped: [DroppedWindow]) -> String {
        DropReason.allCases.map { reason in
            let windows = dropped.filter { $0.reason == reason }
            guard !windows.isEmpty else { return "" }
            let named = windows.prefix(mostNamed).map { window in
                let detail = window.detail.isEmpty ? "" : ": \(window.detail.printable)"
                return "    \(window.window) of \(window.source.printable)\(detail)\n"
            }
            let rest = windows.count > mostNamed ? "    and \(windows.count - mostNamed) more\n" : ""
            return "\(column("left out"))\(windows.count): \(reason.sentence) (\(reason.rawValue))\n"
                + named.joined() + rest
        }.joined()
    }

    /// What is said of windows that are handed over although they are not what a person judged.
    static func changed(_ count: Int) -> String {
        "\(count) \(count == 1 ? "window was" : "windows were") approved, rated or edited by a person when the model's caption or the"
            + " video was another (changed_since). Look at them in the review with the filter 'Changed since'."
    }

    private static func column(_ name: String) -> String { name.padding(toLength: 14, withPad: " ", startingAt: 0) }
}
