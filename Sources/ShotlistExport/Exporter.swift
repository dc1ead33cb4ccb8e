import Foundation
import ShotlistCore

/// Hands a set of clips and captions over in the form that a trainer reads.
public struct Exporter: Sendable {
    private let outputPath: String
    private let settings: ExportSettings

    /// An export of an output folder; nothing is read yet.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`, `not_available`) for settings that do not go together.
    public init(outputPath: String, settings: ExportSettings) throws(ShotlistError) {
        try settings.check()
        self.outputPath = outputPath
        self.settings = settings
    }

    /// What an export of these windows would hold and leave out. Nothing is written.
    ///
    /// - Parameter windows: the windows, in the order in which they are exported.
    /// - Throws: ``ShotlistError`` (`cancelled`).
    public func plan(_ windows: [ExportWindow]) async throws -> ExportPlan {
        let stop = StopFlag()
        return try await withTaskCancellationHandler {
            try await Crew.onThread {
                try ExportPlan(windows, settings, clipFolder: clipFolder, stop: stop)
            }
        } onCancel: {
            stop.set()
        }
    }

    /// Writes what was planned. The folder has its name only when all of it is there.
    ///
    /// - Parameters:
    ///   - plan: what ``plan(_:)`` gave.
    ///   - path: the folder to write; it is not there yet, or empty.
    ///   - progress: is told how many clips are done.
    /// - Returns: what was written, and what was left out.
    /// - Throws: ``ShotlistError``: `export_refused`, `write_failed`, `disk_full`, `cancelled`.
    public func write(
        _ plan: ExportPlan, to path: String, progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> ExportReport {
        let stop = StopFlag()
        return try await withTaskCancellationHandler {
            try await Crew.onThread {
                try ExportRun(plan, settings, path: path, stop: stop).run(progress: progress)
            }
        } onCancel: {
            stop.set()
        }
    }

    /// The output's folder of clips as a whole path, since links may lead to it.
    private var clipFolder: String {
        URL(filePath: outputPath).standardizedFileURL.appending(path: "clips").path(percentEncoded: false)
    }
}

/// What an export holds.
public struct ExportReport: Sendable, Hashable {
    /// The folder.
    public let path: String
    /// Clips by part.
    public let clips: [ExportPart: Int]
    /// Seconds of clips by part.
    public let seconds: [ExportPart: Double]
    /// What was left out.
    public let dropped: [DroppedWindow]
    /// How many files there are, the manifest not counted.
    public let files: Int
    /// How many bytes they have.
    public let bytes: Int

    /// How many windows were left out for each reason.
    public var reasons: [DropReason: Int] { dropped.reduce(into: [:]) { $0[$1.reason, default: 0] += 1 } }
}
