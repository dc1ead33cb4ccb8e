internal import CLibAV
import Foundation
import ShotlistCore

/// Which files are opened at all, decided from their content, whatever their name says.
///
/// Only containers that hold their own pictures are: a playlist or a script could make libav read other files or
/// open connections.
enum ContainerPolicy {
    /// libav's names of the demuxers that may be used.
    static let allowed: Set<String> = ["mov", "matroska", "webm", "avi", "mpegts", "mpeg", "flv", "asf", "ogg", "mxf"]

    /// How the allowed containers are called in a sentence.
    static let names = "mp4, mov, m4v, mkv, webm, avi, mpegts, mpeg, flv, asf, ogg or mxf"

    /// The demuxer for the file behind `io`, whose name is `path`.
    static func demuxer(
        for io: UnsafeMutablePointer<AVIOContext>, path: String
    ) throws(ShotlistError) -> UnsafePointer<AVInputFormat> {
        var format: UnsafePointer<AVInputFormat>?
        // No name is given: what a file is called must not decide how it is read.
        let status = av_probe_input_buffer2(io, &format, "", nil, 0, 0)
        guard status >= 0, let format else { throw notAVideo(path) }
        let name = String(cString: format.pointee.name)
        guard name.split(separator: ",").contains(where: { allowed.contains(String($0)) }) else {
            throw refused(path, name: name, longName: format.pointee.long_name.map { String(cString: $0) } ?? name)
        }
        return format
    }

    /// The error for a file that libav makes nothing of.
    static func notAVideo(_ path: String) -> ShotlistError {
        ShotlistError(
            .notAVideo, "The file \(path) is not a video: its content is of no known format.",
            remedy: "Give a file in one of these containers: \(names).")
    }

    private static let scripts: Set<String> = ["concat", "hls", "dash", "imf", "webm_dash_manifest", "sdp", "rtsp"]

    private static func refused(_ path: String, name: String, longName: String) -> ShotlistError {
        if name.split(separator: ",").contains(where: { scripts.contains(String($0)) }) {
            return ShotlistError(
                .refusedContainer,
                "The file \(path) is refused: it is a playlist or script (\(longName)) that names other files.",
                remedy: "Give the videos themselves.")
        }
        return ShotlistError(
            .refusedContainer, "The file \(path) is refused: its format (\(longName)) is not read as a video.",
            remedy: "Put it into one of these containers: \(names).")
    }
}
