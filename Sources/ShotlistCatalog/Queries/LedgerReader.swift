import Foundation
import ShotlistCore
import ShotlistLedger

#if canImport(Glibc)
    import Glibc
#endif

/// The run's ledger, opened for reading when it is first asked for, and kept as long as the same file is in its place:
/// `shotlist verify --rebuild` puts another one there.
actor LedgerReader {
    private typealias Opened = Result<Ledger, ShotlistError>

    /// What is in the ledger's place.
    private struct File: Hashable {
        /// By what it is known, whatever is written to it.
        let device: UInt64
        let inode: UInt64
        /// What writing changes: its own stamp, and whether there is a log beside it.
        let stamp: RecordStamp
        let hasLog: Bool

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = UInt64(truncatingIfNeeded: status.st_dev)
            inode = UInt64(status.st_ino)
            stamp = RecordStamp(status)
            hasLog = access(path + "-wal", F_OK) == 0
        }

        /// Whether a ledger that was opened when this was there still tells all.
        func serves(_ other: File, _ ledger: Ledger) -> Bool {
            ledger.isAsItStood ? self == other : (device, inode) == (other.device, other.inode)
        }
    }

    private var ledger: (file: File, value: Ledger)?
    private var opening: (file: File, task: Task<Opened, Never>)?

    /// What `ask` is told by the ledger; nil where there is none: history then comes from the records.
    ///
    /// - Throws: ``ShotlistError``: why there is one that cannot be read.
    func ask<Answer: Sendable>(
        outputPath: String, path: String,
        _ ask: @Sendable (Ledger) async throws(ShotlistError) -> Answer
    ) async throws(ShotlistError) -> Answer? {
        guard let ledger = try await get(outputPath: outputPath, path: path) else { return nil }
        return try await ask(ledger)
    }

    private func get(outputPath: String, path: String) async throws(ShotlistError) -> Ledger? {
        guard let file = File(path) else {
            ledger = nil
            return nil
        }
        if let ledger, ledger.file.serves(file, ledger.value) { return ledger.value }
        // It is closed when the last who asks it is answered.
        ledger = nil
        if let opening, opening.file == file { return try await opening.task.value.get() }
        let task = Task { () -> Opened in
            do throws(ShotlistError) {
                return .success(
                    try await Ledger.open(
                        outputPath: outputPath, program: "shotlist", access: .readOnly, patience: 5))
            } catch {
                return .failure(error)
            }
        }
        opening = (file, task)
        defer { if opening?.file == file { opening = nil } }
        let opened = try await task.value.get()
        ledger = (file, opened)
        return opened
    }

    /// Closes it. It was only read, so that nothing can be lost by a failure.
    func close() async {
        let open = ledger?.value
        ledger = nil
        try? await open?.close()
    }
}
