import Foundation
import ShotlistCore

/// Folders that a command writes to.
enum OutputFolder {
    /// Makes a folder and those above it.
    ///
    /// - Throws: ``ShotlistError`` (`output_invalid`) when that is not possible.
    static func make(_ folder: URL) throws(ShotlistError) {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw ShotlistError(
                .outputInvalid, "The folder '\(folder.path)' cannot be made.",
                remedy: "See that no file has this name and that you may write there.")
        }
    }
}
