import Foundation
import ShotlistCore
import ShotlistLedger
import ShotlistStorage

/// What processes that made an output in a bucket together (``OutputShare``) have left there beside what they made: each a
/// copy of its ledger, its summary, and its lock while it is at work.
struct RemoteParts: Sendable {
    private let remote: RemoteOutput

    /// Ledgers that are brought at once.
    private static let broughtAtOnce = 8

    init(_ remote: RemoteOutput) {
        self.remote = remote
    }

    /// A file of a part.
    struct Piece: Sendable {
        let object: S3Object
        /// Its place below the output, of which every step is known to be a name.
        let path: String
        /// The part's folder below the output.
        let part: String
        /// Its place below the part's folder.
        let name: String
    }

    /// The files of all parts. What else is below their folders is none of theirs.
    func pieces() async throws -> [Piece] {
        var found: [Piece] = []
        for folder in [OutputShare.shards, OutputShare.workers] {
            let place = remote.location.appending(folder)
            for object in try await remote.bucket.list(place) {
                let path = String(decoding: object.location.key.utf8.dropFirst(place.prefix.utf8.count), as: UTF8.self)
                guard let slash = path.firstIndex(of: "/"), slash != path.startIndex, !path.hasPrefix(".") else {
                    continue
                }
                let name = String(path[path.index(after: slash)...])
                guard [Self.ledger, Self.lock, Self.summary].contains(name) else { continue }
                let part = "\(folder)/\(path[..<slash])"
                found.append(Piece(object: object, path: "\(part)/\(name)", part: part, name: name))
            }
        }
        return found
    }

    /// Whether any of them has begun.
    static func haveLedgers(_ pieces: [Piece]) -> Bool { pieces.contains { $0.name == ledger } }

    private static let ledger = ".shotlist/ledger.sqlite"
    private static let lock = ".shotlist/lock"
    private static let summary = "summary.json"

    /// Throws where one of them is at work.
    ///
    /// - Parameter removesGone: whether locks of those that are gone are removed.
    func refuseHeld(_ pieces: [Piece], removesGone: Bool) async throws {
        for piece in pieces where piece.name == Self.lock {
            let part = remote.location.appending(piece.part)
            try await RunLease(bucket: remote.bucket, output: part, interval: remote.copyInterval)
                .refuseHeld(removesGone: removesGone)
        }
    }

    /// Brings their ledgers and summaries into a folder that nothing else is in, below which they are as they are below the
    /// output.
    func fetch(_ pieces: [Piece], into folder: String) async throws {
        // What was brought before may be of parts that are there no more.
        if FileManager.default.fileExists(atPath: folder) { try FileManager.default.removeItem(atPath: folder) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, piece) in pieces.filter({ $0.name != Self.lock }).enumerated() {
                if index >= Self.broughtAtOnce { try await group.next() }
                let path = ClipWriterStage.join(folder, piece.path)
                try AtomicFile.makeFolder((path as NSString).deletingLastPathComponent)
                group.addTask { try await remote.bucket.download(piece.object, to: path) }
            }
            try await group.waitForAll()
        }
    }

    /// Where it is kept which ledgers are merged: for each its ETag and its part's folder.
    private var note: S3Location { remote.location.appending(".shotlist/merged") }

    /// Notes that these are merged.
    func noteMerged(_ pieces: [Piece]) async throws {
        let lines = pieces.filter { $0.name == Self.ledger }.map { "\($0.object.eTag) \($0.part)\n" }
        try await remote.bucket.put(Data(lines.joined().utf8), to: note)
    }

    /// Throws where some are at work, have gone on since they were merged, or never were.
    ///
    /// - Parameter removesGone: whether locks of those that are gone are removed, where nothing is to be refused.
    func refuseUnmerged(removesGone: Bool) async throws {
        let pieces = try await pieces()
        try await refuseHeld(pieces, removesGone: false)
        try await refuseUnmerged(pieces)
        if removesGone { try await refuseHeld(pieces, removesGone: true) }
    }

    private func refuseUnmerged(_ pieces: [Piece]) async throws {
        let ledgers = pieces.filter { $0.name == Self.ledger }
        guard !ledgers.isEmpty else { return }
        let merged = String(decoding: try await remote.bucket.get(note) ?? Data(), as: UTF8.self).split(separator: "\n")
        let known = Set(merged.map(String.init))
        let open = ledgers.filter { !known.contains("\($0.object.eTag) \($0.part)") }
        guard let first = open.first else { return }
        throw OutputParts.unmerged(
            remote.location.description, ledgers.count, open: open.count,
            (first.part as NSString).lastPathComponent.printable)
    }
}
