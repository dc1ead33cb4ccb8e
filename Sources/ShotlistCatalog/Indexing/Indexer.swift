import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase
import Synchronization

/// How far the index is.
public struct IndexProgress: Sendable, Hashable {
    /// Records that were read.
    public var done: Int
    /// Records that are new or changed.
    public var total: Int
}

/// Brings the index up to date with the records. One refresh at a time: who asks during one waits for it.
final class Indexer: Sendable {
    private struct State {
        var task: Task<Result<Int, ShotlistError>, Never>?
        var folder: FolderStamp?
        var looked = ContinuousClock.now
    }

    /// The records that are read before they are written.
    private static let chunk = 256
    /// After how long records are looked at even when none came or went: what is written over keeps its name.
    private static let patience = Duration.seconds(20)

    private let place: CatalogPlace
    private let database: CatalogDatabase
    private let writer: IndexWriter
    private let state = Mutex(State())

    init(_ place: CatalogPlace, _ database: CatalogDatabase, _ writer: IndexWriter) {
        self.place = place
        self.database = database
        self.writer = writer
    }

    func refresh(_ progress: @escaping @Sendable (IndexProgress) -> Void) async throws(ShotlistError) -> Int {
        let task = state.withLock { state -> Task<Result<Int, ShotlistError>, Never> in
            if let task = state.task { return task }
            let task = Task { () -> Result<Int, ShotlistError> in
                let result = await self.run(progress)
                self.state.withLock { $0.task = nil }
                return result
            }
            state.task = task
            return task
        }
        return try await task.value.get()
    }

    private func run(_ progress: @Sendable (IndexProgress) -> Void) async -> Result<Int, ShotlistError> {
        do {
            return .success(try await refreshNow(progress))
        } catch {
            return .failure(error)
        }
    }

    private func refreshNow(_ progress: @Sendable (IndexProgress) -> Void) async throws(ShotlistError) -> Int {
        let folder = FolderStamp(place.records)
        let isSame = state.withLock { state -> Bool in
            guard let last = state.folder, let folder, last.isSettled, last.isSame(as: folder) else { return false }
            return ContinuousClock.now - state.looked < Self.patience
        }
        guard !isSame else { return 0 }
        let known = try await database.read { db in
            var known: [Int64: KnownRecord] = [:]
            try db.each("SELECT hash, id, size, modified, inode FROM records") { row in
                let stamp = RecordStamp(size: try row.at(2), modified: try row.at(3), inode: try row.at(4))
                let hash: Int64 = try row.at(0)
                known[hash] = KnownRecord(id: try row.at(1), stamp: stamp)
            }
            return known
        }
        let scan = try await onOwnThread { [place] in
            Result { () throws(ShotlistError) in try RecordScan(folder: place.records, known: known) }
        }.get()
        let count = try await apply(scan, progress)
        state.withLock { state in
            state.folder = folder
            state.looked = .now
        }
        return count
    }

    private func read(_ files: [RecordFile]) -> Task<[ReadRecord], Never> {
        Task { [place] in await onOwnThread { place.read(files) } }
    }

    private func apply(
        _ scan: RecordScan, _ progress: @Sendable (IndexProgress) -> Void
    ) async throws(ShotlistError) -> Int {
        var count = 0
        for chunk in scan.removed.chunks(of: Self.chunk) {
            count += try await database.write { [writer] db in
                try chunk.reduce(0) { try $0 + writer.remove(db, record: $1) }
            }
        }
        var done = 0
        // While some are written the next are read.
        let chunks = scan.changed.chunks(of: Self.chunk)
        var ahead = chunks.first.map { read($0) }
        for index in chunks.indices {
            progress(IndexProgress(done: done, total: scan.changed.count))
            guard let current = ahead else { break }
            let records = await current.value
            ahead = index + 1 < chunks.count ? read(chunks[index + 1]) : nil
            count += try await database.write { [writer] db in
                try records.reduce(0) { try $0 + writer.put(db, $1) }
            }
            done += chunks[index].count
        }
        if done > 0 { progress(IndexProgress(done: done, total: scan.changed.count)) }
        let isLarge = count >= 1000
        try await database.write { [writer] db in
            try writer.findSources(db)
            guard isLarge else { return }
            // Which index helps depends on what is in it.
            try db.execute(sql: "PRAGMA analysis_limit = 400")
            try db.execute(sql: "ANALYZE")
        }
        return count
    }
}

extension Array where Element: Sendable {
    /// Pieces of up to so many elements.
    func chunks(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
