import Foundation
import ShotlistCore
import ShotlistLedger

/// How far an output is.
struct OutputStatus {
    let counts: LedgerCounts
    /// The last runs, the latest first.
    let runs: [LedgerRun]

    /// Whether nothing failed and nothing is left.
    var isDone: Bool {
        let videos = counts.sources[.open, default: 0] + counts.sources[.failed, default: 0]
        let windows = counts.windowsLeft + counts.windowStatuses[.error, default: 0]
        let words = counts.namedCaptionsFailed + counts.enhancementsFailed
        return videos + windows + words + counts.previewsFailed + counts.clipsWithErrors == 0
    }

    /// Windows that have captions of other settings than the last run's.
    var outdated: Int { counts.asksForCaptions ? counts.windowsOfOtherSettings : 0 }

    /// Lines for people.
    var text: String {
        var lines = videoLines + clipLines + windowLines
        lines.append("previews  \(counts.previews)\(part(counts.previewsFailed, "failed"))")
        if counts.namedCaptionsFailed > 0 {
            lines.append("named     \(counts.namedCaptionsFailed) window(s) lack a caption of a named prompt")
        }
        if counts.enhancementsFailed > 0 {
            lines.append("enhanced  \(counts.enhancementsFailed) caption(s) could not be enhanced")
        }
        if counts.sources[.open, default: 0] > 0 {
            lines.append("What is left of videos that no run has opened yet is not counted.")
        }
        lines += runs.map { line(of: $0) }
        return lines.joined(separator: "\n")
    }

    private var videoLines: [String] {
        let done = counts.sources[.done, default: 0]
        let failed = counts.sources[.failed, default: 0]
        let open = counts.sources[.open, default: 0]
        return ["videos    \(done + failed + open): \(done) done\(part(failed, "failed"))\(part(open, "left"))"]
            + reasons(counts.sourceReasons)
    }

    private var clipLines: [String] {
        let ended = counts.clipStatuses.values.reduce(0, +)
        let errors = part(counts.clipsWithErrors, "with errors")
        return ["clips     \(counts.clips): \(ended) written\(errors)\(part(counts.clips - ended, "left"))"]
            + reasons(counts.clipReasons)
    }

    private var windowLines: [String] {
        var parts = WindowStatus.allCases.compactMap { status in
            counts.windowStatuses[status].map { "\($0) \(status.rawValue)" }
        }
        if counts.windowsUnanswered > 0 { parts.append("\(counts.windowsUnanswered) without an answer") }
        if outdated > 0 { parts.append("\(outdated) of them captioned with other settings") }
        return ["windows   \(counts.windows)\(parts.isEmpty ? "" : ": ")\(parts.joined(separator: ", "))"]
            + reasons(counts.windowReasons)
    }

    private func part(_ count: Int, _ what: String) -> String { count == 0 ? "" : ", \(count) \(what)" }

    /// Reasons, the most frequent first.
    private func reasons(_ counts: [String: Int]) -> [String] {
        counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }.map { reason in
            "            \(reason.value) \(reason.key)"
        }
    }

    private func line(of run: LedgerRun) -> String {
        let began = "run \(run.id) of \(run.started.ISO8601Format()) by \(run.program)"
        guard let ended = run.ended else { return "\(began): goes on, or was killed" }
        let seconds = max(0, ended.timeIntervalSince(run.started))
        return "\(began): \(run.ending ?? "ended") after \(ProgressReport.clock(seconds))"
    }
}

/// The same for programs.
struct StatusRecord: Encodable {
    private let done: Bool
    private let videos: [String: Int]
    private let videoReasons: [String: Int]
    private let clips: Int
    private let clipStatuses: [String: Int]
    private let clipReasons: [String: Int]
    private let clipsWithErrors: Int
    private let windows: Int
    private let statuses: [String: Int]
    private let reasons: [String: Int]
    private let windowsUnanswered: Int
    private let outdatedWindows: Int
    private let windowsLeft: Int
    private let previews: Int
    private let previewsFailed: Int
    private let namedCaptionsFailed: Int
    private let enhancementsFailed: Int
    private let runs: [Run]

    private struct Run: Encodable {
        let id: Int64
        let started: String
        let ended: String?
        let ending: String?
        let program: String
        let settings: String
        let captions: String?
    }

    init(_ status: OutputStatus) {
        let counts = status.counts
        done = status.isDone
        videos = Self.byName(counts.sources)
        videoReasons = counts.sourceReasons
        clips = counts.clips
        clipStatuses = Self.byName(counts.clipStatuses)
        clipReasons = counts.clipReasons
        clipsWithErrors = counts.clipsWithErrors
        windows = counts.windows
        statuses = Self.byName(counts.windowStatuses)
        reasons = counts.windowReasons
        windowsUnanswered = counts.windowsUnanswered
        outdatedWindows = status.outdated
        windowsLeft = counts.windowsLeft
        previews = counts.previews
        previewsFailed = counts.previewsFailed
        namedCaptionsFailed = counts.namedCaptionsFailed
        enhancementsFailed = counts.enhancementsFailed
        runs = status.runs.map { run in
            Run(
                id: run.id, started: run.started.ISO8601Format(), ended: run.ended?.ISO8601Format(),
                ending: run.ending, program: run.program, settings: run.settings, captions: run.captions)
        }
    }

    /// An object with keys in snake case.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    private static func byName<Name: RawRepresentable>(
        _ counts: [Name: Int]
    ) -> [String: Int] where Name.RawValue == String {
        counts.reduce(into: [:]) { named, entry in named[entry.key.rawValue] = entry.value }
    }
}
