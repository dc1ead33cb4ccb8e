import Foundation
import ShotlistCore
import ShotlistLedger

/// What the ledgers of an output's parts tell of themselves, and whether they fit together.
struct PartLedgers: Sendable {
    /// What everything was asked for in.
    let work: RunWork
    /// Its keys.
    let keys: RunKeys
    /// The parts in the order in which their last runs began, so that later answers come later.
    let parts: [OutputParts.Part]

    private struct Told {
        let part: OutputParts.Part
        let run: LedgerRun
        let settings: String
        let names: (count: Int, digest: String)
        let ledger: Ledger
    }

    /// Looks into all of them. The settings are those of the shards, or of the worker that began last.
    ///
    /// - Throws: ``ShotlistError``: `output_invalid` for a shard that is not done, and for those that were asked for something
    ///   else, or saw other videos; `ledger_invalid`.
    init(_ parts: [OutputParts.Part], program: String) async throws {
        var told: [Told] = []
        var opened: [Ledger] = []
        let result: Result<(RunWork, RunKeys), any Error>
        do {
            for part in parts {
                let ledger = try await Ledger.open(outputPath: part.folder, program: program)
                opened.append(ledger)
                guard let one = try await Self.tell(part, ledger) else { continue }
                told.append(one)
            }
            result = .success(try await Self.fit(told))
        } catch {
            result = .failure(error)
        }
        for ledger in opened { try await ledger.close() }
        (work, keys) = try result.get()
        let begun = Dictionary(told.map { ($0.part.folder, $0.run.started) }) { _, last in last }
        self.parts = parts.enumerated().sorted { one, other in
            let (left, right) = (begun[one.element.folder] ?? .distantPast, begun[other.element.folder] ?? .distantPast)
            return (left, one.offset) < (right, other.offset)
        }.map(\.element)
    }

    private static func tell(_ part: OutputParts.Part, _ ledger: Ledger) async throws -> Told? {
        guard let run = try await ledger.lastWholeRun(), let settings = try await ledger.settings(run.settings) else {
            guard part.shard != nil else { return nil }
            throw unfinished(part, "has not begun")
        }
        if part.shard != nil, run.ending != "done" {
            throw unfinished(part, run.ended == nil ? "was stopped before its end, or goes on" : "was stopped")
        }
        return Told(
            part: part, run: run, settings: settings, names: try await ledger.sourceNames(), ledger: ledger)
    }

    private static func fit(_ told: [Told]) async throws -> (RunWork, RunKeys) {
        let shards = told.filter { $0.part.shard != nil }
        guard let first = shards.first ?? told.max(by: { $0.run.started < $1.run.started }) else {
            throw ShotlistError(
                .outputInvalid, "No part of the output has begun.", remedy: "Give the output of runs with --shard.")
        }
        for other in shards.dropFirst() {
            if let difference = try await other.ledger.difference(
                other.run.settings, from: first.ledger, first.run.settings)
            {
                throw ShotlistError(
                    .outputInvalid,
                    "The \(other.part.name) was not asked for the same as the \(first.part.name): \(difference).",
                    remedy: "Run the one again with the flags of the other.")
            }
            guard other.names == first.names else {
                throw ShotlistError(
                    .outputInvalid,
                    "The \(other.part.name) found other videos than the \(first.part.name) (\(other.names.count) and "
                        + "\(first.names.count)).",
                    remedy: "Check that both see all videos below the same path, and run both again.")
            }
        }
        do {
            let work = try JSONDecoder().decode(RunWork.self, from: Data(first.settings.utf8))
            return (work, try RunKeys(work))
        } catch let error as DecodingError {
            throw ShotlistError(
                .ledgerInvalid, "The settings of the \(first.part.name) cannot be read: \(error).",
                remedy: "Merge with the program that made it.")
        }
    }

    private static func unfinished(_ part: OutputParts.Part, _ how: String) -> ShotlistError {
        ShotlistError(
            .outputInvalid, "The \(part.name) is not done: it \(how).",
            remedy: "Run the same command again; it goes on where it stopped. Then merge.")
    }
}
