import Testing

/// Kinds of files that must be read frame by frame: each has what has made other readers slip by a frame.
enum Variant: String, CaseIterable, CustomTestStringConvertible {
    case bFrames = "bframes.mp4"
    case bFramesMKV = "bframes.mkv"
    case bFramesAVI = "bframes.avi"
    case openGOP = "opengop.mp4"
    case openGOPMKV = "opengop.mkv"
    case openGOPTS = "opengop.ts"
    case openGOPAVI = "opengop.avi"
    case mpeg4AVI = "mpeg4.avi"
    case plainAVI = "plain.avi"
    case mpeg2TS = "mpeg2.ts"
    case offset = "offset.mp4"
    case offsetTS = "offset.ts"
    case editList = "editlist.mp4"
    case intraRefresh = "refresh.mp4"
    case variableRate = "vfr.mp4"
    case variableRateMKV = "vfr.mkv"
    case rotated90 = "rot90.mp4"
    case rotated180 = "rot180.mp4"
    case rotated270 = "rot270.mp4"
    case tenBit = "ten.mp4"
    case hevc = "hevc.mp4"
    case oddVP9 = "odd.webm"
    case vp8 = "vp8.webm"
    case mjpeg = "mjpeg.mov"
    case odd444 = "odd444.mp4"
    case bt709 = "bt709.mp4"
    case fullRange = "full.mp4"

    var testDescription: String { rawValue }

    /// The variant whose packets this one repeats; nil where it is encoded from the footage.
    var base: Variant? {
        switch self {
        case .bFramesMKV, .bFramesAVI, .offset, .offsetTS, .editList, .rotated90, .rotated180, .rotated270: .bFrames
        case .openGOPMKV, .openGOPTS, .openGOPAVI: .openGOP
        case .variableRateMKV: .variableRate
        default: nil
        }
    }

    /// What ffmpeg is told, but for the file's name.
    func arguments(source: String) -> [String] {
        let input = ["-i", source]
        let copied = input + ["-c", "copy"]
        let small = input + ["-vf", "scale=320:180"]
        let x264 = ["-c:v", "libx264", "-preset", "veryfast", "-threads", "2"]
        switch self {
        case .bFrames: return small + x264 + ["-bf", "3", "-b_strategy", "0", "-g", "48", "-c:a", "copy"]
        case .openGOP:
            return small + x264
                + ["-x264-params", "open-gop=1:bframes=3:keyint=24:b-pyramid=normal", "-c:a", "copy"]
        case .bFramesMKV, .bFramesAVI, .openGOPMKV, .openGOPTS, .openGOPAVI, .variableRateMKV: return copied
        case .mpeg4AVI: return small + ["-c:v", "mpeg4", "-bf", "2", "-q:v", "4", "-c:a", "libmp3lame"]
        case .plainAVI: return small + ["-c:v", "mpeg4", "-q:v", "4", "-c:a", "pcm_s16le"]
        case .mpeg2TS: return small + ["-c:v", "mpeg2video", "-bf", "2", "-q:v", "4", "-c:a", "mp2"]
        case .offset, .offsetTS: return copied + ["-output_ts_offset", "7.3"]
        case .editList: return ["-ss", "1.3"] + copied
        case .intraRefresh: return small + x264 + ["-x264-params", "intra-refresh=1:keyint=40", "-an"]
        case .variableRate:
            let dropped = "scale=320:180,select=not(eq(mod(n,5),3))*not(between(n,40,60))"
            return input + ["-vf", dropped.replacingCommas, "-vsync", "vfr"] + x264 + ["-an"]
        case .rotated90: return copied + ["-metadata:s:v", "rotate=90"]
        case .rotated180: return copied + ["-metadata:s:v", "rotate=180"]
        case .rotated270: return copied + ["-metadata:s:v", "rotate=270"]
        case .tenBit: return small + x264 + ["-pix_fmt", "yuv420p10le", "-c:a", "copy"]
        case .hevc: return small + ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"]
        case .oddVP9:
            return input + ["-vf", "scale=321:181", "-c:v", "libvpx-vp9", "-cpu-used", "8", "-deadline", "realtime"]
                + ["-b:v", "300k", "-an"]
        case .vp8:
            return small + ["-c:v", "libvpx", "-auto-alt-ref", "1", "-lag-in-frames", "16", "-cpu-used", "8"]
                + ["-b:v", "300k", "-c:a", "libopus"]
        case .mjpeg: return small + ["-c:v", "mjpeg", "-q:v", "4", "-c:a", "pcm_s16le"]
        case .odd444: return input + ["-vf", "scale=321:181", "-pix_fmt", "yuv444p"] + x264 + ["-an"]
        case .bt709:
            return small + x264
                + ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-an"]
        case .fullRange:
            return input + ["-vf", "scale=320:180:out_range=pc", "-pix_fmt", "yuvj420p"] + x264 + ["-an"]
        }
    }
}

extension String {
    /// Commas inside an expression, which would else end the filter; those between filters have none before them.
    fileprivate var replacingCommas: String {
        var depth = 0
        return reduce(into: "") { result, character in
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            result += character == "," && depth > 0 ? "\\," : String(character)
        }
    }
}
