import Foundation
import ShotlistCore
import Synchronization

/// Where files wait until they are sent: in memory, as long as there are few of them, and else on the disk.
///
/// A thousand windows may wait for an answer at once, and each may have to be sent again until it has one.
final class WaitingFiles: Sendable {
    /// The most bytes in memory.
    private let limit: Int
    private let folder: String
    private let onNotice: @Sendable (String) -> Void
    private let state = Mutex((bytes: 0, hasComplained: false))

    /// - Parameters:
    ///   - folder: where files go that memory has no room for. They have no names there, and are gone with the process.
    ///   - onNotice: told once when that does not work.
    init(limit: Int, folder: String, onNotice: @escaping @Sendable (String) -> Void) {
        self.limit = limit
        self.folder = folder
        self.onNotice = onNotice
    }

    /// The folder for files that may be large: TMPDIR, or else the one that outlives a restart, since the other is memory on
    /// many machines.
    static var usualFolder: String { ProcessInfo.processInfo.environment["TMPDIR"] ?? "/var/tmp" }

    /// Keeps a window's files for as long as what it returns is held. It may block.
    func keep(_ files: [Data]) -> [any EncodedFile] {
        let bytes = files.reduce(0) { $0 + $1.count }
        if let room = room(for: bytes) { return files.map { FileInMemory(data: $0, room: room) } }
        do throws(ShotlistError) {
            return try FileOnDisk.files(files, in: folder)
        } catch {
            // Nothing is lost for it; there is only less memory.
            let isFirst = state.withLock { state in
                defer { state.hasComplained = true }
                return !state.hasComplained
            }
            if isFirst { onNotice("\(error.message) Frames that wait stay in memory.") }
            return files
        }
    }

    private func room(for bytes: Int) -> Room? {
        let fits = state.withLock { state in
            guard state.bytes + bytes <= limit else { return false }
            state.bytes += bytes
            return true
        }
        return fits ? Room(bytes, of: self) : nil
    }

    private func giveBack(_ bytes: Int) {
        state.withLock { $0.bytes -= bytes }
    }

    /// Memory that a window's files take as long as one of them is held.
    final class Room: Sendable {
        private let bytes: Int
        private let owner: WaitingFiles

        init(_ bytes: Int, of owner: WaitingFiles) {
            self.bytes = bytes
            self.owner = owner
        }

        deinit { owner.giveBack(bytes) }
    }
}

/// A file in memory, with the room that it takes.
struct FileInMemory: EncodedFile {
    let data: Data
    let room: WaitingFiles.Room

    var count: Int { data.count }
    var isOnDisk: Bool { false }
    func read(_ range: Range<Int>) throws(ShotlistError) -> Data { try data.read(range) }
}
