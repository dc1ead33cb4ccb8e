internal import CLibAV
import Foundation
import ShotlistCore

/// Turns frames into PNG files.
public enum PNGWriter {
    /// `frame` as the bytes of a PNG file.
    ///
    /// - Throws: ``ShotlistError`` (`encode_failed`).
    public static func encode(_ frame: RGBFrame) throws(ShotlistError) -> Data {
        LibAVLog.install()
        let what = "A picture of \(frame.size) could not be encoded as PNG"
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_PNG), let context = avcodec_alloc_context3(codec) else {
            throw ShotlistError(
                .notAvailable, "\(what): this build of FFmpeg has no encoder for it.",
                remedy: "Install an FFmpeg with zlib.")
        }
        var freed: UnsafeMutablePointer<AVCodecContext>? = context
        defer { avcodec_free_context(&freed) }
        context.pointee.width = Int32(frame.size.width)
        context.pointee.height = Int32(frame.size.height)
        context.pointee.pix_fmt = AV_PIX_FMT_RGB24
        context.pointee.time_base = AVRational(num: 1, den: 1)
        context.pointee.thread_count = 1
        try LibAVStatus.check(avcodec_open2(context, codec, nil), .encodeFailed, what)
        let picture = try DecodedFrame()
        picture.pointer.pointee.width = context.pointee.width
        picture.pointer.pointee.height = context.pointee.height
        picture.pointer.pointee.format = AV_PIX_FMT_RGB24.rawValue
        try LibAVStatus.check(av_frame_get_buffer(picture.pointer, 0), .encodeFailed, what)
        let row = frame.size.width * 3
        frame.bytes.withUnsafeBufferPointer { bytes in
            guard let from = bytes.baseAddress, let to = picture.pointer.pointee.data.0 else { return }
            for y in 0..<frame.size.height {
                (to + y * Int(picture.pointer.pointee.linesize.0)).update(from: from + y * row, count: row)
            }
        }
        let packet = try Packet()
        try LibAVStatus.check(avcodec_send_frame(context, picture.pointer), .encodeFailed, what)
        try LibAVStatus.check(avcodec_send_frame(context, nil), .encodeFailed, what)
        try LibAVStatus.check(avcodec_receive_packet(context, packet.pointer), .encodeFailed, what)
        return Data(bytes: packet.pointer.pointee.data, count: Int(packet.pointer.pointee.size))
    }
}
