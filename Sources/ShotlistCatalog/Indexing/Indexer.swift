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
        /// The last window whose preview and clip were looked for.
        var lastWithoutMedia: Int64 = 0
    }

    /// The most records that are read before they are written, and the most bytes of them: as much is read ahead.
    private static let chunk = 256
    private static let chunkBytes: Int64 = 8 << 20
    /// After how long records are looked at even when none came or went: what is written over keeps its name.
    private static let patience = Duration.seconds(20)

    private let place: CatalogPlace
    private let database: CatalogDatabase
    private let writer: IndexWriter
    private let late: LateFiles
    private let state = Mutex(State())

    init(_ place: CatalogPlace, _ database: CatalogDatabase, _ writer: IndexWriter) {
        self.place = place
        self.database = database
        self.writer = writer
        late = LateFiles(place: place, database: database)
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
        let count = try await apply(scan, progress) + findMedia()
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
                try writer.note(db)
                return try chunk.reduce(0) { try $0 + writer.remove(db, record: $1) }
            }
        }
        var done = 0
        // While some are written the next are read.
        let chunks = Self.chunks(of: scan.changed)
        var ahead = chunks.first.map { read($0) }
        for index in chunks.indices {
            if scan.hasNews { progress(IndexProgress(done: done, total: scan.changed.count)) }
            guard let current = ahead else { break }
            let records = await current.value
            ahead = index + 1 < chunks.count ? read(chunks[index + 1]) : nil
            count += try await database.write { [writer] db in
                let count = try records.reduce(0) { try $0 + writer.put(db, $1) }
                if count > 0 { try writer.note(db) }
                return count
            }
            done += chunks[index].count
            // Videos of the first windows are known by their paths while the rest are read.
            if index == 0 { try await late.findSources() }
        }
        if done > 0, scan.hasNews { progress(IndexProgress(done: done, total: scan.changed.count)) }
        try await late.findSources()
        guard count >= 1000 else { return count }
        try await database.write { db in
            // Which index helps depends on what is in it.
            try db.execute(sql: "PRAGMA analysis_limit = 400")
            try db.execute(sql: "ANALYZE")
        }
        return count
    }

    private func findMedia() async throws(ShotlistError) -> Int {
        let last = state.withLock { $0.lastWithoutMedia }
        let now = Date().milliseconds &* 1_000_000
        let found = try await late.findMedia(after: last, now: now)
        state.withLock { $0.lastWithoutMedia = found.last }
        if found.count > 0 { try await database.write { [writer] db in try writer.note(db) } }
        return found.count
    }

    /// Files that are read together.
    private static func chunks(of files: [RecordFile]) -> [[RecordFile]] {
        var chunks: [[RecordFile]] = []
        var bytes: Int64 = 0
        for file in files {
            let size = max(0, file.stamp.size)
            if chunks.isEmpty || chunks[chunks.count - 1].count >= chunk || bytes + size > chunkBytes {
                chunks.append([])
                bytes = 0
            }
            chunks[chunks.count - 1].append(file)
            bytes += size
        }
        return chunks
    }
}

extension Array where Element: Sendable {
    /// Pieces of up to so many elements.
    func chunks(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
