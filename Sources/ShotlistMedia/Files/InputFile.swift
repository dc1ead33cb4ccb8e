internal import CLibAV
import Foundation
import ShotlistCore

/// An open video file with its video stream chosen; not for use by two threads at once.
final class InputFile {
    /// The path, for sentences.
    let path: String
    /// The demuxer; valid as long as this object is.
    let context: UnsafeMutablePointer<AVFormatContext>
    /// The index of the video stream among all streams.
    let videoIndex: Int
    /// The index of the audio stream that belongs to it, nil where there is none.
    let audioIndex: Int?
    /// What the file may ask for at most.
    let limits: MediaLimits

    private var io: UnsafeMutablePointer<AVIOContext>?

    /// Opens `path`.
    ///
    /// - Parameters:
    ///   - limits: what the file may ask for at most.
    ///   - withAudio: whether packets of the audio stream are wanted too.
    ///   - checksIndex: whether an index is reckoned before libav reads it, which need not be done twice for a file.
    /// - Throws: ``ShotlistError``: `unreadable`, `not_a_video`, `refused_container`, `no_video_stream`,
    ///   `limit_exceeded`.
    init(
        path: String, limits: MediaLimits, withAudio: Bool = false, checksIndex: Bool = false
    ) throws(ShotlistError) {
        LibAVLog.install()
        LibAVLog.forget()
        try InputOpening.checkReadable(path)
        let opened = try InputOpening.open(path, limits: limits, checksIndex: checksIndex)
        self.path = path
        self.limits = limits
        io = opened.io
        context = opened.context
        (videoIndex, audioIndex) = InputOpening.chooseStreams(context)
        // From here on deinit runs even if this initialiser throws, since every member has its value.
        guard videoIndex >= 0 else {
            throw ShotlistError(
                .noVideoStream, "The file \(path) holds no pictures\(audioIndex == nil ? "" : ", only sound").",
                remedy: "Leave it out, or give a file with a video stream.")
        }
        for index in 0..<Int(context.pointee.nb_streams) where index != videoIndex {
            if withAudio, index == audioIndex { continue }
            context.pointee.streams[index]?.pointee.discard = AVDISCARD_ALL
        }
        let format = video.pointee.codecpar.pointee.format
        try limits.check(storedSize, format: format, of: path)
        // A decoder that gave up because of the size has told no pixel format.
        if format < 0, let size = LibAVLog.refusedSize { try limits.check(size, format: format, of: path) }
    }

    deinit {
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
        avio_closep(&io)
    }

    /// The video stream.
    var video: UnsafeMutablePointer<AVStream> { stream(videoIndex) }

    /// Width and height of the pictures, as the file says.
    var storedSize: PixelSize {
        let parameters = video.pointee.codecpar.pointee
        return PixelSize(width: Int(parameters.width), height: Int(parameters.height))
    }

    /// Width to height of a pixel, as the container or the codec tells; 0:1 where neither does.
    var pixelRatio: AVRational { av_guess_sample_aspect_ratio(context, video, nil) }

    /// The shape of its pixels when its pictures are upright.
    func shownPixels(_ orientation: Orientation) -> PixelShape {
        let ratio = pixelRatio
        let (width, height) = (Int(ratio.num), Int(ratio.den))
        return orientation.transposed
            ? PixelShape(width: height, height: width) : PixelShape(width: width, height: height)
    }

    /// The stream of that index, which must be one of the file's.
    func stream(_ index: Int) -> UnsafeMutablePointer<AVStream> {
        guard let stream = context.pointee.streams[index] else {
            preconditionFailure("libav keeps a stream at every index below nb_streams")
        }
        return stream
    }

    /// Whether frames must be counted, since their times are not kept: AVI knows only the order of decoding, which
    /// with B-frames is not the order of presentation.
    var countsFrames: Bool {
        String(cString: context.pointee.iformat.pointee.name) == "avi"
            && video.pointee.codecpar.pointee.video_delay > 0
    }

    /// Whether the container keeps a list of where its frames lie. Streams for sending have none; what libav notes of
    /// them while it seeks does not tell which frames can be decoded alone.
    var hasIndex: Bool {
        !["mpegts", "mpeg", "mpegvideo"].contains(String(cString: context.pointee.iformat.pointee.name))
    }

    /// How many pictures follow the key frame in `packet` in the file but are shown before it; the packets are read.
    ///
    /// For containers without presentation times: libav's parser knows the kind and, for H.264, the order.
    func leadingPictures(after packet: Packet) -> Int {
        guard let parser = av_stream_get_parser(video) else { return 0 }
        let isH264 = video.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_H264
        let order = parser.pointee.output_picture_number
        var count = 0
        while count < limits.undecodedPackets, read(into: packet) {
            guard packet.streamIndex == videoIndex else { continue }
            guard parser.pointee.pict_type == AV_PICTURE_TYPE_B.rawValue, !packet.isKey else { break }
            if isH264, parser.pointee.output_picture_number >= order { break }
            count += 1
        }
        return count
    }

    /// Reads the next packet of a wanted stream; false at the end of what can be read.
    func read(into packet: Packet) -> Bool { readStatus(into: packet) >= 0 }

    /// Reads the next packet and gives libav's status, by which the end and a broken end are told apart.
    func readStatus(into packet: Packet) -> Int32 {
        packet.clear()
        MediaProgress.step()
        return av_read_frame(context, packet.pointer)
    }

    /// Reads the next packet of the video stream; false at the end of what can be read.
    func readVideo(into packet: Packet) -> Bool {
        while read(into: packet) {
            if packet.streamIndex == videoIndex { return true }
        }
        return false
    }

    /// Reads on to the next key frame of the video stream; false at the end, and where none comes for very long: a file
    /// may have none, and each clip would read it to its end.
    func readToKey(into packet: Packet) -> Bool {
        for _ in 0..<limits.undecodedPackets {
            guard readVideo(into: packet) else { return false }
            if packet.isKey { return true }
        }
        return false
    }

    /// Goes to a key frame at or before `timestamp` of the video stream; false where the container cannot.
    func seek(to timestamp: Int64) -> Bool {
        av_seek_frame(context, Int32(videoIndex), timestamp, AVSEEK_FLAG_BACKWARD) >= 0
    }
}
