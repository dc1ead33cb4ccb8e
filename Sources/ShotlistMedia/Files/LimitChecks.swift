internal import CLibAV
import Foundation
import ShotlistCore

extension MediaLimits {
    /// A limit, by the part of its flag behind `--max-`.
    enum Kind: String {
        case width, height, pixels, duration, frames, streams
        case frameBytes = "frame-bytes"
        case frameRate = "frame-rate"
        case indexBytes = "index-bytes"
        case probePackets = "probe-packets"
        case emptyPackets = "empty-packets"
        case undecodedPackets = "undecoded-packets"
    }

    /// The error for the file at `path`, of which `what` says what it has and what is allowed.
    static func exceeded(_ kind: Kind, _ path: String, _ what: String) -> ShotlistError {
        ShotlistError(
            .limitExceeded, "The file \(path) is refused: \(what).",
            remedy: "If it is meant to be so, raise --max-\(kind.rawValue).")
    }

    /// Throws when pictures of that size and pixel format are too large; a format below 0 is not known yet.
    func check(_ size: PixelSize, format: Int32, of path: String) throws(ShotlistError) {
        guard size.width <= width else {
            throw Self.exceeded(.width, path, "its pictures are \(size), and at most \(width) columns are allowed")
        }
        guard size.height <= height else {
            throw Self.exceeded(.height, path, "its pictures are \(size), and at most \(height) rows are allowed")
        }
        guard size.area <= pixels else {
            throw Self.exceeded(.pixels, path, "its pictures are \(size), and at most \(pixels) pixels are allowed")
        }
        let bytes = size.area * Self.bits(of: format) / 8
        guard bytes <= frameBytes else {
            throw Self.exceeded(
                .frameBytes, path, "a picture of \(size) takes \(bytes) bytes, and at most \(frameBytes) are allowed")
        }
    }

    /// The most pixels that a decoder may give a picture of that format.
    func mostPixels(format: Int32) -> Int64 {
        Int64(max(1, min(pixels, frameBytes / max(1, Self.bits(of: format) / 8))))
    }

    /// Throws when a video lasts longer than may be.
    func check(duration seconds: Double, of path: String) throws(ShotlistError) {
        let most = min(duration, Self.longest)
        guard !(seconds <= most) else { return }
        let (length, allowed) = (String(format: "%.0f", seconds), String(format: "%.0f", most))
        throw Self.exceeded(.duration, path, "it lasts \(length) seconds, and at most \(allowed) are allowed")
    }

    /// Throws when libav has left out a stream because there were too many.
    func checkStreams(of path: String) throws(ShotlistError) {
        guard LibAVLog.hasRefusedStream else { return }
        throw Self.exceeded(.streams, path, "it has more than the \(streams) streams that are allowed")
    }

    /// Bits of a pixel in memory; 0 where that is not known, or not the processor's memory.
    private static func bits(of format: Int32) -> Int {
        guard let description = av_pix_fmt_desc_get(AVPixelFormat(format)),
            description.pointee.flags & UInt64(AV_PIX_FMT_FLAG_HWACCEL) == 0
        else { return 0 }
        return Int(max(0, av_get_padded_bits_per_pixel(description)))
    }
}
