import Foundation
import NIOCore
import Synchronization

/// The beginning of a file, `<name>.part`, that grows while it is hashed. Every call blocks.
final class PartFile: Sendable {
    private struct State {
        var descriptor: Int32
        var hasher: ContentHasher
        var count = 0
    }

    private let file: HubFile
    private let path: String
    private let state: Mutex<State>

    /// Opens the part of `file` at `path` and hashes what it holds already.
    init(of file: HubFile, at path: String) throws {
        self.file = file
        self.path = path
        try Disk.makeFolder((path as NSString).deletingLastPathComponent)
        if (Disk.size(of: path) ?? 0) > file.size { unlink(path) }
        var hasher = ContentHasher(for: file.content, size: file.size)
        let count = Disk.size(of: path) == nil ? 0 : try Disk.read(path) { hasher.update($0) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw DiskFailure.now("write", path) }
        state = Mutex(State(descriptor: descriptor, hasher: hasher, count: count))
    }

    deinit { state.withLock { _ = close($0.descriptor) } }

    /// Bytes that are here.
    var count: Int { state.withLock(\.count) }

    /// Adds bytes; false, and nothing added, when the file would become longer than it is.
    func append(_ bytes: ByteBuffer) throws -> Bool {
        try state.withLock { state in
            guard state.count + bytes.readableBytes <= file.size else { return false }
            try bytes.withUnsafeReadableBytes { bytes in
                try Disk.write(bytes, to: state.descriptor, path: path)
                state.hasher.update(bytes)
            }
            state.count += bytes.readableBytes
            return true
        }
    }

    /// Throws the bytes away.
    func startOver() throws {
        try state.withLock { state in
            guard ftruncate(state.descriptor, 0) == 0 else { throw DiskFailure.now("write", path) }
            state.hasher = ContentHasher(for: file.content, size: file.size)
            state.count = 0
        }
    }

    /// Whether all bytes are here and are the right ones.
    func isWhole() -> Bool {
        state.withLock { $0.count == file.size && $0.hasher.digits() == file.content.digits }
    }

    /// Brings the bytes to the disk and gives the file its name.
    func finish(as final: String) throws {
        try state.withLock { state in
            guard fsync(state.descriptor) == 0 else { throw DiskFailure.now("write", path) }
        }
        try Disk.move(path, to: final)
    }
}
