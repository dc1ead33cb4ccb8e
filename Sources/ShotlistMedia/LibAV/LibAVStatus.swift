internal import CLibAV
import Foundation
import ShotlistCore

/// The numbers by which libav's functions tell how they went.
enum LibAVStatus {
    /// Nothing more will come.
    static let endOfFile = shotlist_averror_eof
    /// More input is needed, or output must be taken first.
    static let again = shotlist_averror_eagain
    /// No memory.
    static let noMemory = shotlist_averror_enomem

    /// libav's words for `status`.
    static func words(_ status: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        av_strerror(status, &buffer, buffer.count)
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Throws unless `status` is a success (0 or above).
    ///
    /// - Parameters:
    ///   - what: the beginning of the sentence, such as `The video a.mp4 could not be decoded`.
    ///   - code: the kind of failure; a full disk is told apart by itself.
    ///   - remedy: what to do about it.
    @discardableResult
    static func check(
        _ status: Int32, _ code: ShotlistError.Code, _ what: @autoclosure () -> String,
        remedy: @autoclosure () -> String = ""
    ) throws(ShotlistError) -> Int32 {
        guard status < 0 else { return status }
        if status == -ENOSPC {
            throw ShotlistError(
                .diskFull, "\(what()): no space is left on the disk.", remedy: "Free some space and run again.")
        }
        var reason = words(status)
        if let said = LibAVLog.lastMessage() { reason += " (\(said))" }
        throw ShotlistError(code, "\(what()): \(reason).", remedy: remedy())
    }

    /// The error for memory that libav could not get.
    static func outOfMemory(_ what: String) -> ShotlistError {
        ShotlistError(.outOfMemory, "\(what): not enough memory.", remedy: "Use fewer threads or smaller windows.")
    }
}
