internal import CLibAV
import ShotlistCore

/// Encodes pictures of 8-bit 4:2:0 into packets; not for use by two threads at once.
final class PictureEncoder {
    /// What the encoder must know before the first picture.
    struct Settings {
        /// Width and height, both even.
        var size: PixelSize
        /// Seconds of one unit of the pictures' timestamps.
        var timeBase: (numerator: Int, denominator: Int)
        /// Average frames a second.
        var rate: Double
        /// Width to height of one pixel; 0:1 where it is unknown.
        var pixelRatio = AVRational(num: 0, den: 1)
        /// Where the colour matrix, range and the like are taken from.
        var colours: AVCodecParameters?

        init(size: PixelSize, timeBase: (numerator: Int, denominator: Int), rate: Double) {
            self.size = size
            self.timeBase = timeBase
            self.rate = rate
        }
    }

    /// libav's encoder; valid as long as this object is.
    let context: UnsafeMutablePointer<AVCodecContext>
    private let path: String

    /// Opens the encoder; `path` is the video it works for, for sentences.
    init(_ encoder: ClipEncoder, _ settings: Settings, threads: Int, path: String) throws(ShotlistError) {
        guard let codec = avcodec_find_encoder_by_name(encoder.rawValue), let context = avcodec_alloc_context3(codec)
        else {
            throw ShotlistError(
                .notAvailable, "The encoder '\(encoder.rawValue)' is not in this build of FFmpeg.",
                remedy: "Choose another one; `shotlist doctor` lists them.")
        }
        self.context = context
        self.path = path
        // From here on deinit runs even if this initialiser throws.
        context.pointee.width = Int32(settings.size.width)
        context.pointee.height = Int32(settings.size.height)
        context.pointee.pix_fmt = AV_PIX_FMT_YUV420P
        context.pointee.time_base = AVRational(
            num: Int32(settings.timeBase.numerator), den: Int32(settings.timeBase.denominator))
        context.pointee.framerate = av_d2q(settings.rate, 1_000_000)
        context.pointee.sample_aspect_ratio = settings.pixelRatio
        context.pointee.thread_count = Int32(max(1, min(threads, 64)))
        // mp4 keeps the codec's parameters in its header.
        context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
        if let colours = settings.colours {
            context.pointee.color_range = Self.range(of: colours)
            context.pointee.colorspace = colours.color_space
            context.pointee.color_primaries = colours.color_primaries
            context.pointee.color_trc = colours.color_trc
            context.pointee.chroma_sample_location = colours.chroma_location
        }
        var options: OpaquePointer?
        for (key, value) in encoder.options { av_dict_set(&options, key, value, 0) }
        let status = avcodec_open2(context, codec, &options)
        av_dict_free(&options)
        try LibAVStatus.check(
            status, .encodeFailed, "A clip of \(path) cannot be encoded with \(encoder.rawValue) at \(settings.size)",
            remedy: "Choose another encoder; `copy` encodes nothing.")
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
    }

    /// Encodes `frame`, or with nil what the encoder still holds, and gives each packet to `take`.
    func encode(
        _ frame: DecodedFrame?, into packet: Packet, take: () throws(ShotlistError) -> Void
    ) throws(ShotlistError) {
        try check(avcodec_send_frame(context, frame?.pointer))
        while true {
            packet.clear()
            let status = avcodec_receive_packet(context, packet.pointer)
            if status == LibAVStatus.again || status == LibAVStatus.endOfFile { return }
            try check(status)
            try take()
        }
    }

    private func check(_ status: Int32) throws(ShotlistError) {
        try LibAVStatus.check(
            status, .encodeFailed, "A clip of \(path) cannot be encoded",
            remedy: "Choose another encoder; `copy` encodes nothing.")
    }

    /// The old pixel formats of JPEG's kind have their range in their name.
    private static func range(of colours: AVCodecParameters) -> AVColorRange {
        let isJPEG = [AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P]
            .contains(AVPixelFormat(colours.format))
        return isJPEG ? AVCOL_RANGE_JPEG : colours.color_range
    }
}
