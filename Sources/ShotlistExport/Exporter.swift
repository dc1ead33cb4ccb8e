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
    /// - Parameters:
    ///   - windows: the windows, in the order in which they are exported.
    ///   - path: the folder that is to be written, if it is known: what would be refused then is refused now.
    ///   - origin: what is known of the windows as a whole, for the manifest.
    /// - Throws: ``ShotlistError`` (`export_refused`, `cancelled`).
    public func plan(
        _ windows: [ExportWindow], to path: String? = nil, from origin: ExportOrigin = ExportOrigin()
    ) async throws -> ExportPlan {
        try await Crew.stoppable { stop in try plan(windows, path, origin, stop) }
    }

    private func plan(
        _ windows: [ExportWindow], _ path: String?, _ origin: ExportOrigin, _ stop: StopFlag
    ) throws(ShotlistError) -> ExportPlan {
        // First, since looking at clips may take long.
        if let path { _ = try destination(path, windows) }
        let plan = try ExportPlan(windows, settings, clipFolder: clipFolder, origin: origin, stop: stop)
        if let path { try checkLinks(plan, try Destination(path)) }
        return plan
    }

    /// Writes what was planned. The folder has its name only when all of it is there.
    ///
    /// - Parameters:
    ///   - plan: what ``plan(_:to:from:)`` gave.
    ///   - path: the folder to write; it is not there yet, or empty, and neither in the output nor in the input.
    ///   - progress: is told how many clips are done.
    /// - Returns: what was written, and what was left out.
    /// - Throws: ``ShotlistError``: `export_refused`, `write_failed`, `disk_full`, `cancelled`.
    public func write(
        _ plan: ExportPlan, to path: String, progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> ExportReport {
        try await Crew.stoppable { stop in try write(plan, path, progress, stop) }
    }

    private func write(
        _ plan: ExportPlan, _ path: String, _ progress: (Int) -> Void, _ stop: StopFlag
    ) throws(ShotlistError) -> ExportReport {
        let destination = try destination(path, plan.items.map(\.window))
        try checkLinks(plan, destination)
        return try ExportRun(plan, settings, to: destination, stop: stop).run(progress: progress)
    }

    private func checkLinks(_ plan: ExportPlan, _ destination: Destination) throws(ShotlistError) {
        if plan.countOfLinks(settings) > 0 { try destination.checkLinks(to: clipFolder) }
    }

    private func destination(_ path: String, _ windows: [ExportWindow]) throws(ShotlistError) -> Destination {
        let destination = try Destination(path)
        try destination.check(output: outputPath, windows: windows)
        return destination
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
