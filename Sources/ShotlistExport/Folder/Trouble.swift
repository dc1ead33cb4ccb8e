import Foundation
import ShotlistCore

/// Sentences for files that an export could not write.
enum Trouble {
    /// The error for what the system's last call said of a file.
    static func last(_ verb: String, _ path: String) -> ShotlistError {
        let number = errno
        guard number != ENOSPC, number != EDQUOT else { return full(path) }
        return ShotlistError(
            .writeFailed, "Could not \(verb) '\(path)': \(String(cString: strerror(number))).",
            remedy: "Check that you may write there, and run the same command again.")
    }

    /// The error for what Foundation could not do.
    static func failed(_ verb: String, _ path: String, _ error: any Error) -> ShotlistError {
        guard !isFull(error) else { return full(path) }
        return ShotlistError(
            .writeFailed, "Could not \(verb) '\(path)': \(error.localizedDescription)",
            remedy: "Check the disk and that you may write there, and run the same command again.")
    }

    private static func full(_ path: String) -> ShotlistError {
        ShotlistError(
            .diskFull, "The disk is full: '\(path)' could not be written.",
            remedy: "Free space and run the same command again.")
    }

    /// Whether Foundation's error, or the system's below it, is that there is no room.
    private static func isFull(_ error: any Error) -> Bool {
        if let error = error as? CocoaError, error.code == .fileWriteOutOfSpace { return true }
        let below = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
        guard let system = (below ?? error) as? POSIXError else { return false }
        return system.code == .ENOSPC || system.code == .EDQUOT
    }

    /// The error for an export that is not begun.
    static func refused(_ why: String, _ remedy: String) -> ShotlistError {
        ShotlistError(.exportRefused, why, remedy: remedy)
    }
}
