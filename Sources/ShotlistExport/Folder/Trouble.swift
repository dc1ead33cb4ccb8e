import Foundation
import ShotlistCore

/// Sentences for files that an export could not write.
enum Trouble {
    /// The error for what the system's last call said of a file.
    static func last(_ verb: String, _ path: String) -> ShotlistError {
        let number = errno
        if number == ENOSPC || number == EDQUOT {
            return ShotlistError(
                .diskFull, "The disk is full: '\(path)' could not be written.",
                remedy: "Free space and run the same command again.")
        }
        return ShotlistError(
            .writeFailed, "Could not \(verb) '\(path)': \(String(cString: strerror(number))).",
            remedy: "Check that you may write there, and run the same command again.")
    }

    /// The error for what Foundation could not do.
    static func failed(_ verb: String, _ path: String, _ error: any Error) -> ShotlistError {
        ShotlistError(
            .writeFailed, "Could not \(verb) '\(path)': \(error.localizedDescription)",
            remedy: "Check the disk and that you may write there, and run the same command again.")
    }

    /// The error for an export that is not begun.
    static func refused(_ why: String, _ remedy: String) -> ShotlistError {
        ShotlistError(.exportRefused, why, remedy: remedy)
    }
}
