import Foundation
import ShotlistExport
import Testing

@Suite("Approvals of other words or another video are not handed over as approvals")
struct ChangedSinceTests {
    /// An approved window, and one that was approved when it was another.
    private func windows() -> [ExportWindow] {
        [[], ["short", "changed_since"]].enumerated().map { index, flags in
            var window = ExportWindow(
                clip: UUID(), start: 0, end: 9, source: "in/a.mp4", relativePath: "a.mp4",
                startSeconds: Double(index), endSeconds: Double(index + 1))
            window.words.last = "words"
            window.decision = "approved"
            window.flags = flags
            return window
        }
    }

    private func settings(_ format: ExportFormat, _ leavesChangedOut: Bool) -> ExportSettings {
        var settings = ExportSettings(format)
        if !format.isSubtitles { settings.placement = .none }
        settings.leavesChangedOut = leavesChangedOut
        return settings
    }

    @Test("they are left out with their reason where approved windows alone are wanted, and only there")
    func leftOut() async throws {
        let exporter = try Exporter(outputPath: "out", settings: settings(.jsonl, true))
        let plan = try await exporter.plan(windows())
        #expect(plan.count == 1 && plan.reasons == [.changedSince: 1])
        let all = try await Exporter(outputPath: "out", settings: settings(.jsonl, false)).plan(windows())
        #expect(all.count == 2 && all.dropped.isEmpty)
    }

    @Test("so it is with subtitles")
    func subtitles() throws {
        #expect(try SubtitleExport(settings: settings(.srt, true)).dropped(windows()).map(\.reason) == [.changedSince])
        #expect(try SubtitleExport(settings: settings(.srt, false)).dropped(windows()).isEmpty)
    }
}
