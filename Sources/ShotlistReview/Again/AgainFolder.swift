import Foundation
import ShotlistCatalog
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// Where a review keeps which windows were asked about again, and what the runs said: `OUTPUT/.shotlist/again/`.
struct AgainFolder: Sendable {
    private let path: String

    /// - Parameter output: the output's whole path.
    init(output: String) {
        path = output + "/.shotlist/again"
    }

    /// A name for files, made of the time.
    static func name(_ date: Date = Date()) -> String {
        let time = date.ISO8601Format().filter { $0.isNumber }
        return String(time.prefix(8)) + "-" + String(time.dropFirst(8).prefix(6))
    }

    /// Whether it is such a name, and so no path.
    static func isName(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return parts.map(\.utf8.count) == [8, 6] && parts.allSatisfy { $0.utf8.allSatisfy(digits.contains) }
    }

    /// The file that names windows.
    func list(_ name: String) -> String { "\(path)/\(name).txt" }

    /// The file that takes what the run says.
    func log(_ name: String) -> String { "\(path)/\(name).log" }

    /// Writes the file that names windows. Blocks.
    ///
    /// - Throws: ``ShotlistError``: `output_invalid`, `write_failed`.
    func write(_ keys: [WindowKey], as name: String) throws(ShotlistError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            var status = stat()
            // A link would have files written elsewhere.
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw ShotlistError(
                    .outputInvalid, "'\(path)' is no folder.", remedy: "Take it away; the review makes it.")
            }
            let lines = keys.map { $0.text + "\n" }.joined()
            try Data(lines.utf8).write(to: URL(filePath: list(name)), options: .atomic)
        } catch let error as ShotlistError {
            throw error
        } catch {
            throw ShotlistError(
                .writeFailed, "'\(list(name))' cannot be written.", remedy: "Check the rights of the output folder.")
        }
    }
}
