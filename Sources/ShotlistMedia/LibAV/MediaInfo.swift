internal import CLibAV
import ShotlistCore

/// What the media libraries of this machine can do, for `shotlist doctor`.
public enum MediaInfo {
    /// Names and versions of the libraries at run time, such as `libavcodec 59.37.100`.
    public static var libraries: [(name: String, version: String)] {
        [
            ("libavformat", dotted(avformat_version())), ("libavcodec", dotted(avcodec_version())),
            ("libavfilter", dotted(avfilter_version())), ("libavutil", dotted(avutil_version())),
            ("libswscale", dotted(swscale_version())), ("libwebp", WebPEncoder.libraryVersion),
        ]
    }

    /// FFmpeg's version, such as `5.1.9-0+deb12u1`.
    public static var ffmpegVersion: String { String(cString: av_version_info()) }

    /// The clip encoders that work here.
    public static var encoders: [ClipEncoder] { ClipEncoder.available }

    /// Of the codecs that videos mostly come in, those that can be decoded here.
    public static var decoders: [String] {
        ["h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mpeg2video", "mjpeg", "prores"].filter { name in
            avcodec_descriptor_get_by_name(name).map { avcodec_find_decoder($0.pointee.id) != nil } ?? false
        }
    }

    /// The kinds of hardware that FFmpeg's build could decode on; ``VideoDecoder`` names those that Shotlist uses.
    public static var hardwareDecoders: [String] {
        var names: [String] = []
        var type = av_hwdevice_iterate_types(AV_HWDEVICE_TYPE_NONE)
        while type != AV_HWDEVICE_TYPE_NONE {
            if let name = av_hwdevice_get_type_name(type) { names.append(String(cString: name)) }
            type = av_hwdevice_iterate_types(type)
        }
        return names
    }

    /// Whether videos of high dynamic range can be mapped to standard range.
    public static var mapsHighDynamicRange: Bool {
        avfilter_get_by_name("zscale") != nil && avfilter_get_by_name("tonemap") != nil
    }

    private static func dotted(_ version: UInt32) -> String {
        "\(version >> 16).\(version >> 8 & 255).\(version & 255)"
    }
}
