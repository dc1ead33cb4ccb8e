internal import CLibAV
import ShotlistCore

/// How a clip becomes a file of its own.
public enum ClipEncoder: String, Sendable, Hashable, Codable, CaseIterable {
    /// H.264 on the processor, crf 23, preset medium.
    case libx264
    /// VP9 on the processor, crf 31.
    case libvpxVP9 = "libvpx-vp9"
    /// H.264 on an NVIDIA card.
    case h264NVENC = "h264_nvenc"
    /// The source's own packets, without encoding; frames before the clip's first are hidden by an edit list.
    case copy

    /// The encoders that work on this machine: in FFmpeg's build, and with a card where they need one.
    public static var available: [ClipEncoder] { allCases.filter(\.isAvailable) }

    /// Whether this encoder works here.
    public var isAvailable: Bool {
        guard self != .copy else { return true }
        guard avcodec_find_encoder_by_name(rawValue) != nil else { return false }
        guard self == .h264NVENC else { return true }
        LibAVLog.install()
        let size = PixelSize(width: 256, height: 256)
        return (try? PictureEncoder(self, .init(size: size, timeBase: (1, 25), rate: 25), threads: 1, path: "")) != nil
    }

    /// The encoder called `name`.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a name that is none; `not_available` for an encoder that
    ///   does not work here.
    public static func named(_ name: String) throws(ShotlistError) -> ClipEncoder {
        let names = allCases.map(\.rawValue).joined(separator: ", ")
        guard let encoder = ClipEncoder(rawValue: name) else {
            throw ShotlistError(
                .invalidArgument, "There is no transcode encoder '\(name)'.", remedy: "Use one of: \(names).")
        }
        guard encoder.isAvailable else {
            let usable = available.map(\.rawValue).joined(separator: ", ")
            throw ShotlistError(
                .notAvailable, "The encoder '\(name)' does not work here: FFmpeg's build or the hardware lacks it.",
                remedy: "Use one of: \(usable).")
        }
        return encoder
    }

    /// The encoder's options; those of libvpx-vp9 and h264_nvenc are the ones NeMo Curator sets.
    var options: [(String, String)] {
        switch self {
        case .libx264: [("crf", "23"), ("preset", "medium")]
        case .libvpxVP9:
            [
                ("b", "0"), ("crf", "31"), ("deadline", "good"), ("cpu-used", "4"), ("row-mt", "1"),
                ("tile-columns", "2"),
            ]
        case .h264NVENC:
            [
                ("rc", "vbr"), ("cq", "21"), ("tune", "hq"), ("b_ref_mode", "middle"), ("temporal-aq", "1"),
                ("rc-lookahead", "20"), ("spatial-aq", "1"),
            ]
        case .copy: []
        }
    }
}
