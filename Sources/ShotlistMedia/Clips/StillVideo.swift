internal import CLibAV
import Foundation
import ShotlistCore

/// A grey picture that stands still, as an mp4 file: a question to whoever may take video, or may not.
public enum StillVideo {
    /// Encodes the picture.
    ///
    /// - Parameters:
    ///   - size: width and height, both even.
    ///   - frames: how many there are, at least 1.
    ///   - rate: frames a second, at least 1.
    /// - Returns: an mp4 file with one H.264 stream.
    /// - Throws: ``ShotlistError``: `not_available` where FFmpeg has no libx264, `encode_failed`.
    public static func mp4(size: PixelSize, frames: Int, rate: Int) throws(ShotlistError) -> Data {
        let settings = PictureEncoder.Settings(size: size, timeBase: (1, rate), rate: Double(rate))
        let output = try OutputFile(.memory, name: "of a still picture")
        let encoding = try PictureEncoder(.libx264, settings, threads: 1, path: "a still picture")
        let stream = try output.addEncoded(encoding)
        try output.begin()
        let packet = try Packet()
        let take = { () throws(ShotlistError) in
            packet.pointer.pointee.duration = 1
            try output.write(packet, to: stream, timeBase: AVRational(num: 1, den: Int32(rate)))
        }
        for number in 0..<frames {
            let picture = try grey(size)
            picture.pointer.pointee.pts = Int64(number)
            try encoding.encode(picture, into: packet, take: take)
        }
        try encoding.encode(nil, into: packet, take: take)
        return try output.finish()
    }

    private static func grey(_ size: PixelSize) throws(ShotlistError) -> DecodedFrame {
        let picture = try DecodedFrame()
        let frame = picture.pointer
        frame.pointee.width = Int32(size.width)
        frame.pointee.height = Int32(size.height)
        frame.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        guard av_frame_get_buffer(frame, 0) >= 0 else { throw LibAVStatus.outOfMemory("A still picture") }
        let planes = [
            (frame.pointee.data.0, frame.pointee.linesize.0, size.height),
            (frame.pointee.data.1, frame.pointee.linesize.1, size.height / 2),
            (frame.pointee.data.2, frame.pointee.linesize.2, size.height / 2),
        ]
        for (plane, stride, rows) in planes {
            plane?.update(repeating: 128, count: Int(stride) * rows)
        }
        return picture
    }
}
