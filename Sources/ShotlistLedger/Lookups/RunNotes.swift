import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// What a ledger keeps of a run beside its settings.
public struct RunNotes: Sendable, Hashable {
    /// Whether it was of selected windows alone. Such a run says nothing of what is left to do of the others.
    public var isOfSelectedWindows: Bool
    /// By which command it was started; nil where none is known.
    public var command: RecordedCommand?

    /// Keeps what is known of a run.
    public init(isOfSelectedWindows: Bool = false, command: RecordedCommand? = nil) {
        self.isOfSelectedWindows = isOfSelectedWindows
        self.command = command
    }

    func add(to run: Int64, in db: Database) throws {
        try db.run(
            "INSERT OR REPLACE INTO run_notes (run, selects, folder, arguments) VALUES (?, ?, ?, ?)",
            [run, isOfSelectedWindows ? 1 : 0, command?.folder, try command.map { try ColumnJSON.text($0.arguments) }])
    }
}

extension Ledger {
    /// The command of the last run that captioned, and was not of selected windows alone; nil where none is known.
    public func lastCommand() async throws(ShotlistError) -> RecordedCommand? {
        try await read { db in
            guard try db.hasAdditions else { return nil }
            return try db.rows(
                """
                SELECT folder, arguments FROM run_notes JOIN runs ON runs.id = run_notes.run
                WHERE selects = 0 AND captions IS NOT NULL ORDER BY run DESC LIMIT 1
                """
            ) { row -> RecordedCommand? in
                guard let folder = try row.get("folder", as: String?.self),
                    let arguments = try row.get("arguments", as: String?.self)
                else { return nil }
                return RecordedCommand(
                    arguments: try ColumnJSON.value([String].self, arguments), folder: folder)
            }.first ?? nil
        }
    }
}
