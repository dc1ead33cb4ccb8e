import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// Keeps a run from changing what another has taken over.
struct Fence: Sendable {
    /// The run's number among those that share the output.
    let worker: Int64

    /// Checks, in the transaction that makes a change, that the video is this run's.
    ///
    /// - Throws: ``ShotlistError`` (`output_in_use`).
    func check(_ change: LedgerChange, _ db: Database) throws {
        switch change {
        case .found: break
        case .read(let source): try checkIfKnown(source.path, db)
        case .planned(let source): try checkIfKnown(source.path, db)
        // A video that could not be read is nobody's.
        case .endedSource(let source):
            guard let id = try db.sourceIfKnown(source.path)?.id else { break }
            try check(try owner(id, db) ?? worker)
            try db.run("DELETE FROM leases WHERE source = ? AND worker = ?", [id, worker])
        case .reopened(let clip): try check(try owner(clip.clip, db))
        case .clipFile(let file): try check(try owner(file.clip, db))
        case .endedClip(let clip): try check(try owner(clip.clip, db))
        case .answered(let window): try check(try owner(window.clip, db))
        case .preview(let preview): try check(try owner(preview.clip, db))
        case .current(let clip, _): try check(try owner(clip, db))
        case .picked(let windows): try check(try owner(windows.clip, db))
        case .tried(let window): try check(try owner(window.clip, db))
        case .withdrawn(let path): try checkIfKnown(path, db)
        // What others have is left alone where it is applied.
        case .lost, .forced, .listed: break
        }
    }

    /// Checks a video that may be nobody's yet.
    private func checkIfKnown(_ path: String, _ db: Database) throws {
        guard let id = try db.sourceIfKnown(path)?.id else { return }
        try check(try owner(id, db) ?? worker)
    }

    private func check(_ owner: Int64?) throws {
        guard owner != worker else { return }
        throw ShotlistError(
            .outputInUse, "Another run has taken over a video that this one was working on.",
            remedy: "Let only one of them go on, or start both with --join.")
    }

    private func owner(_ source: Int64, _ db: Database) throws -> Int64? {
        try db.number("SELECT worker FROM leases WHERE source = ?", [source])
    }

    private func owner(_ clip: UUID, _ db: Database) throws -> Int64? {
        try db.number(
            """
            SELECT leases.worker FROM clips JOIN contents ON contents.id = clips.content
            JOIN leases ON leases.source = contents.source WHERE clips.id = ?
            """,
            [try db.clip(clip)])
    }
}
