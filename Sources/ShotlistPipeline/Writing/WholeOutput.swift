import Foundation
import ShotlistCore

/// Files that a command writes on its own, whole or not at all.
public enum WholeOutput {
    /// Writes `data` as `path`, replacing what is there; it appears under its name only when it is on the disk.
    ///
    /// - Throws: ``ShotlistError`` (`disk_full`, `write_failed`, `output_invalid`).
    public static func write(_ data: Data, to path: String) throws(ShotlistError) {
        try AtomicFile.write(data, to: path)
    }
}
