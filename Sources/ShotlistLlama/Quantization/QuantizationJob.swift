internal import CLlama
import Foundation
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// One file quantised, on the thread that calls ``run(abort:onProgress:)``.
struct QuantizationJob {
    let source: String
    let destination: String
    let precision: GGUFQuantizer.Precision
    let threads: Int

    private static let role = "text model"

    func run(abort: AbortFlag, onProgress: @escaping (Int, Int) -> Void) throws {
        if abort.isSet { throw CancellationError() }
        try check()
        let path = destination as NSString
        let part = "\(path.deletingLastPathComponent)/.\(path.lastPathComponent).\(getpid()).part"
        try prove(part)
        defer { unlink(part) }
        let status = LlamaLog.listening { line in
            if abort.isSet { Self.fail(writingTo: part) }
            if let (done, total) = Self.progress(line) { onProgress(done, total) }
        } during: {
            var parameters = llama_model_quantize_default_params()
            parameters.nthread = Int32(threads)
            parameters.ftype =
                switch precision {
                case .q8_0: LLAMA_FTYPE_MOSTLY_Q8_0
                case .q4KM: LLAMA_FTYPE_MOSTLY_Q4_K_M
                }
            return llama_model_quantize(source, part, &parameters)
        }
        if abort.isSet { throw CancellationError() }
        guard status.value == 0 else { throw failure(status.errors) }
        // What was written is read once more: a header and the length that it names.
        _ = try GGUFFile(path: part, role: Self.role)
        try place(part)
    }

    /// Refuses what llama.cpp would end the process over, or spend minutes on for nothing.
    private func check() throws(ShotlistError) {
        let file = try GGUFFile(path: source, role: Self.role)
        guard file.text("general.architecture") != "clip" else {
            throw ShotlistError(
                .modelMismatch, "The file '\(source)' is a projector, which is not quantised.",
                remedy: "Give the text model.")
        }
        guard file.tensorCount > 0 else {
            throw ShotlistError(
                .modelInvalid, "The text model '\(source)' holds a vocabulary and no weights.",
                remedy: "Give the file with the model's weights.")
        }
    }

    /// Makes the file that llama.cpp will write, since it does not say why it could not.
    private func prove(_ path: String) throws(ShotlistError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw ShotlistError(
                .writeFailed, "'\(destination)' cannot be written: \(String(cString: strerror(errno))).",
                remedy: "Give yourself the right to write there, or give another folder.")
        }
        close(descriptor)
    }

    /// `[   3/  54] blk.0.attn_q.weight …` is the third tensor of 54, begun.
    static func progress(_ line: String) -> (done: Int, total: Int)? {
        guard line.hasPrefix("["), let slash = line.firstIndex(of: "/"), let end = line.firstIndex(of: "]"),
            slash < end,
            let done = Int(line[line.index(after: line.startIndex)..<slash].filter { $0 != " " }),
            let total = Int(line[line.index(after: slash)..<end].filter { $0 != " " })
        else { return nil }
        return (done, total)
    }

    /// Makes the next write to a file that this process has open fail, which ends llama.cpp's loop over tensors: it has
    /// no other way to be stopped. Its stream keeps its descriptor, which now leads to a full device.
    private static func fail(writingTo path: String) {
        var wanted = stat()
        guard stat(path, &wanted) == 0 else { return }
        let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
        guard full >= 0 else { return }
        defer { close(full) }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in names.compactMap({ Int32($0) }) where descriptor != full {
            var found = stat()
            if fstat(descriptor, &found) == 0, found.st_dev == wanted.st_dev, found.st_ino == wanted.st_ino {
                dup2(full, descriptor)
            }
        }
    }

    private func failure(_ errors: [String]) -> ShotlistError {
        let free = FileSystemSpace.free(beside: destination)
        if let free, free < 1 << 24 {
            return ShotlistError(
                .diskFull, "The disk is full: '\(destination)' could not be written.",
                remedy: "Free space and run the same command again.")
        }
        let said = errors.last.map { ": \($0)" } ?? ""
        return ShotlistError(
            .modelInvalid, "The text model '\(source)' could not be quantised\(said).",
            remedy: "Make the file again, in 16 or 32 bits.")
    }

    private func place(_ part: String) throws(ShotlistError) {
        let descriptor = open(part, O_RDONLY | O_CLOEXEC)
        let synced = descriptor >= 0 ? fsync(descriptor) : -1
        if descriptor >= 0 { close(descriptor) }
        guard synced == 0, rename(part, destination) == 0 else {
            throw ShotlistError(
                .writeFailed, "'\(destination)' cannot be written: \(String(cString: strerror(errno))).",
                remedy: "Check the disk and the rights of the folder.")
        }
    }
}

/// Room on the disk.
private enum FileSystemSpace {
    /// Bytes free on the disk that a file is on, or will be.
    static func free(beside path: String) -> Int? {
        var status = statvfs()
        guard statvfs((path as NSString).deletingLastPathComponent, &status) == 0 else { return nil }
        return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }
}
