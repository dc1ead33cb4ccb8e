import Foundation
import ShotlistCore
import ShotlistLedger

/// The ledgers of processes that made an output together, each without the others (``OutputShare``).
struct OutputParts: Sendable {
    /// One of them.
    struct Part: Sendable {
        /// What it is, for sentences: `shard 3/7` or `worker gpu-0`.
        let name: String
        /// The folder that holds its ledger, as an output does.
        let folder: String
        /// Which shard it is; nil for a worker.
        let shard: Shard?
    }

    let outputPath: String
    let parts: [Part]

    /// Finds those that an output has, shards first.
    ///
    /// - Parameter folder: what they are below; nil where it is the output itself.
    init(outputPath: String, folder: String? = nil) {
        self.outputPath = outputPath
        let below = folder ?? outputPath
        let shards = Self.names(below: below, OutputShare.shards).compactMap { name -> Part? in
            guard let shard = Self.shard(name) else { return nil }
            let folder = ClipWriterStage.join(below, OutputShare.shard(shard).folder ?? "")
            return Part(name: "shard \(shard)", folder: folder, shard: shard)
        }
        let workers = Self.names(below: below, OutputShare.workers).map { name in
            let folder = ClipWriterStage.join(below, OutputShare.worker(name).folder ?? "")
            return Part(name: "worker \(name)", folder: folder, shard: nil)
        }
        let ordered = shards.sorted { ($0.shard?.number ?? 0) < ($1.shard?.number ?? 0) } + workers
        // A process that was killed before it had a ledger did nothing.
        parts = ordered.filter { Ledger.exists(outputPath: $0.folder) }
    }

    /// Throws where there are no parts, or shards are missing, or are not those of one way of dividing the clips.
    func check() throws(ShotlistError) {
        guard !parts.isEmpty else { throw Self.none(outputPath) }
        let counts = Set(parts.compactMap { $0.shard?.count }).sorted()
        guard let count = counts.first else { return }
        guard counts.count == 1 else {
            throw ShotlistError(
                .outputInvalid,
                "'\(outputPath)' has shards of \(counts.map(String.init).joined(separator: " and of ")).",
                remedy: "Remove the folders of those that are not to count from '\(outputPath)/\(OutputShare.shards)'; "
                    + "what they made stays, and is found by the others.")
        }
        let there = Set(parts.compactMap { $0.shard?.number })
        let missing = (1...count).filter { !there.contains($0) }
        guard let first = missing.first else { return }
        throw ShotlistError(
            .outputInvalid,
            "\(missing.count) of \(count) shards of '\(outputPath)' are missing: \(Self.list(missing)).",
            remedy: "Run them, with --shard \(first)/\(count) and the flags of the others.")
    }

    /// Throws where an output has parts whose last run is not merged yet: a run over the whole would know nothing of it.
    static func refuseUnmerged(_ outputPath: String, program: String) async throws {
        let parts = OutputParts(outputPath: outputPath).parts
        guard !parts.isEmpty else { return }
        let merged = try await Ledger.exists(outputPath: outputPath) ? runs(outputPath, program, limit: 100_000) : []
        var open: [Part] = []
        for part in parts {
            guard let last = try await runs(part.folder, program, limit: 1).first, !merged.contains(last) else {
                continue
            }
            open.append(part)
        }
        guard let first = open.first else { return }
        throw unmerged(outputPath, parts.count, open: open.count, first.name)
    }

    static func none(_ outputPath: String) -> ShotlistError {
        ShotlistError(
            .outputInvalid, "'\(outputPath)' has no parts to merge.",
            remedy: "Give the output of runs with --shard, or of workers.")
    }

    /// - Parameters:
    ///   - open: how many of `count` parts are not merged.
    ///   - first: the name of one.
    static func unmerged(_ outputPath: String, _ count: Int, open: Int, _ first: String) -> ShotlistError {
        ShotlistError(
            .outputInvalid,
            "'\(outputPath)' is made in \(count) parts, and \(open) are not merged (\(first)\(open > 1 ? " ..." : "")).",
            remedy: "Run `shotlist merge` on it when all of them are done, or go on with --shard.")
    }

    /// What runs of a ledger are known by in another, the last one first.
    private static func runs(_ folder: String, _ program: String, limit: Int) async throws -> [[String]] {
        let ledger = try await Ledger.open(outputPath: folder, program: program, access: .readOnly)
        let runs = try await ledger.runs(limit: limit)
        try await ledger.close()
        return runs.map { ["\($0.started.timeIntervalSince1970)", $0.settings, $0.program] }
    }

    /// `3, 5 and 6`, or the first ones of many.
    static func list(_ numbers: [Int]) -> String {
        let shown = numbers.prefix(10).map(String.init)
        if numbers.count > shown.count { return shown.joined(separator: ", ") + " ..." }
        guard let last = shown.last, shown.count > 1 else { return shown.joined() }
        return shown.dropLast().joined(separator: ", ") + " and " + last
    }

    private static func names(below outputPath: String, _ folder: String) -> [String] {
        let path = ClipWriterStage.join(outputPath, folder)
        return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    private static func shard(_ name: String) -> Shard? {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1] == "of" else { return nil }
        let shard = try? Shard("\(parts[0])/\(parts[2])")
        return shard?.name == name ? shard : nil
    }
}
