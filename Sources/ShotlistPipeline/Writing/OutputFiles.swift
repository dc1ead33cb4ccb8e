import Foundation
import ShotlistCore
import ShotlistLedger

/// Where a writer's files are: on a disk or in a bucket. A call that returns has brought its file there as a whole, so that
/// the ledger may tell of it.
protocol OutputFiles: Sendable {
    /// Writes a small file, replacing what is there.
    func write(_ data: Data, to path: String) async throws
    /// Moves a whole file of this machine to its place, replacing what is there.
    func place(_ file: String, at path: String) async throws
    /// Removes files, one or the other first. Those that are not there are none to remove.
    func remove(_ paths: [String]) async throws
    /// A small file's bytes; nil where there is none. One that is there and cannot be read is empty.
    func read(_ path: String) async throws -> Data?
    /// The sizes of files that are there, by path.
    func sizes(of paths: [String]) async throws -> [String: Int]
}

/// Files on a disk.
struct LocalFiles: OutputFiles {
    let pool: BlockingPool

    func write(_ data: Data, to path: String) async throws {
        try await pool.run { try AtomicFile.write(data, to: path) }
    }

    func place(_ file: String, at path: String) async throws {
        try await pool.run { try AtomicFile.place(file, at: path) }
    }

    func remove(_ paths: [String]) async throws {
        guard !paths.isEmpty else { return }
        try await pool.run { for path in paths { try AtomicFile.remove(path) } }
    }

    func read(_ path: String) async throws -> Data? {
        try await pool.run {
            guard FileManager.default.fileExists(atPath: path) else { return nil }
            return (try? Data(contentsOf: URL(filePath: path))) ?? Data()
        }
    }

    func sizes(of paths: [String]) async throws -> [String: Int] {
        guard !paths.isEmpty else { return [:] }
        return try await pool.run {
            let sizes = paths.compactMap { path in (try? SourceStamp.of(path: path)).map { (path, $0.size) } }
            return Dictionary(sizes) { _, last in last }
        }
    }
}
