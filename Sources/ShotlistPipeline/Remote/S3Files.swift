import Foundation
import ShotlistCore
import ShotlistStorage

/// Files in a bucket. Paths are `s3://` addresses, as records name them. An object is there as a whole or not at all,
/// and a call returns when the server has said that it keeps what was sent.
struct S3Files: OutputFiles {
    let bucket: S3Bucket
    /// Sees to it that this run is the one that may write.
    let copy: LedgerCopy

    /// Objects that are asked about at once.
    private static let askedAtOnce = 16

    func write(_ data: Data, to path: String) async throws {
        try await copy.checkLease()
        try await ofOneFile { try await bucket.put(data, to: S3Location(path)) }
    }

    func place(_ file: String, at path: String) async throws {
        try await copy.checkLease()
        try await ofOneFile { try await bucket.upload(file, to: S3Location(path)) }
        // What stays goes with the staging folder at the end of the run.
        try? FileManager.default.removeItem(atPath: file)
    }

    func remove(_ paths: [String]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, path) in paths.enumerated() {
                if index >= Self.askedAtOnce { _ = try await group.next() }
                try await copy.checkLease()
                group.addTask { try await remove(path) }
            }
            try await group.waitForAll()
        }
    }

    private func remove(_ path: String) async throws {
        do {
            try await ofOneFile { try await bucket.remove(S3Location(path)) }
        } catch let error as ShotlistError where error.code == .writeFailed {
            // Some servers say so of one that was not there.
            guard try await bucket.look(S3Location(path)) == nil else { throw error }
        }
    }

    func read(_ path: String) async throws -> Data? {
        try await bucket.get(S3Location(path))
    }

    /// What goes wrong with one object, and not with the server, costs itself alone.
    private func ofOneFile(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as ShotlistError where error.code == .unreadable {
            throw ShotlistError(.writeFailed, error.message, remedy: error.remedy)
        }
    }

    func sizes(of paths: [String]) async throws -> [String: Int] {
        try await withThrowingTaskGroup(of: (String, Int?).self) { group in
            var sizes: [String: Int] = [:]
            for (index, path) in paths.enumerated() {
                if index >= Self.askedAtOnce, let (known, size) = try await group.next() { sizes[known] = size }
                group.addTask { (path, try await bucket.look(S3Location(path))?.size) }
            }
            for try await (known, size) in group { sizes[known] = size }
            return sizes
        }
    }
}
