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

    private var io: UnsafeMutablePointer<AVIOContext>?

    /// Opens `path`.
    ///
    /// - Parameter withAudio: whether packets of the audio stream are wanted too.
    /// - Throws: ``ShotlistError``: `unreadable`, `not_a_video`, `refused_container`, `no_video_stream`.
    init(path: String, withAudio: Bool = false) throws(ShotlistError) {
        LibAVLog.install()
        LibAVLog.forget()
        try Self.checkReadable(path)
        let opened = try Self.open(path)
        self.path = path
        io = opened.io
        context = opened.context
        (videoIndex, audioIndex) = Self.chooseStreams(context)
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
        while read(into: packet) {
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
        return av_read_frame(context, packet.pointer)
    }

    /// Reads the next packet of the video stream; false at the end of what can be read.
    func readVideo(into packet: Packet) -> Bool {
        while read(into: packet) {
            if packet.streamIndex == videoIndex { return true }
        }
        return false
    }

    /// Goes to a key frame at or before `timestamp` of the video stream; false where the container cannot.
    func seek(to timestamp: Int64) -> Bool {
        av_seek_frame(context, Int32(videoIndex), timestamp, AVSEEK_FLAG_BACKWARD) >= 0
    }

    private static func checkReadable(_ path: String) throws(ShotlistError) {
        var info = stat()
        guard stat(path, &info) == 0 else {
            throw ShotlistError(
                .unreadable, "The file \(path) cannot be read: \(String(cString: strerror(errno))).",
                remedy: "Check the path and its permissions.")
        }
        guard info.st_mode & S_IFMT == S_IFREG else {
            throw ShotlistError(
                .unreadable,
                "The path \(path) is not a file\(info.st_mode & S_IFMT == S_IFDIR ? " but a folder" : "").",
                remedy: "Give the path of a video file.")
        }
        guard info.st_size > 0 else {
            throw ShotlistError(
                .notAVideo, "The file \(path) is empty.", remedy: "Copy or download it again.")
        }
    }

    private static func open(
        _ path: String
    ) throws(ShotlistError) -> (io: UnsafeMutablePointer<AVIOContext>?, context: UnsafeMutablePointer<AVFormatContext>)
    {
        var io: UnsafeMutablePointer<AVIOContext>?
        // The prefix keeps names with a colon from being taken for another protocol.
        let url = "file:" + path
        var ioOptions: OpaquePointer?
        av_dict_set(&ioOptions, "protocol_whitelist", "file", 0)
        let status = avio_open2(&io, url, AVIO_FLAG_READ, nil, &ioOptions)
        av_dict_free(&ioOptions)
        try LibAVStatus.check(
            status, .unreadable, "The file \(path) cannot be read", remedy: "Check the path and its permissions.")
        do throws(ShotlistError) {
            guard let opened = io else { throw ContainerPolicy.notAVideo(path) }
            let format = try ContainerPolicy.demuxer(for: opened, path: path)
            return (io, try demux(url, path: path, io: opened, format: format))
        } catch {
            avio_closep(&io)
            throw error
        }
    }

    private static func demux(
        _ url: String, path: String, io: UnsafeMutablePointer<AVIOContext>, format: UnsafePointer<AVInputFormat>
    ) throws(ShotlistError) -> UnsafeMutablePointer<AVFormatContext> {
        guard let allocated = avformat_alloc_context() else {
            throw LibAVStatus.outOfMemory("The file \(path) cannot be read")
        }
        allocated.pointee.pb = io
        // The last word on files that name other files: nothing but `io` can be opened by a demuxer.
        allocated.pointee.io_open = { _, _, _, _, _ in shotlist_averror_eacces }
        var options: OpaquePointer?
        av_dict_set(&options, "protocol_whitelist", "file", 0)
        av_dict_set(&options, "format_whitelist", String(cString: format.pointee.name), 0)
        av_dict_set(&options, "enable_drefs", "0", 0)
        var context: UnsafeMutablePointer<AVFormatContext>? = allocated
        let status = avformat_open_input(&context, url, format, &options)
        av_dict_free(&options)
        let remedy = "Copy or download it again; if a player shows it, convert it to mp4."
        try LibAVStatus.check(status, .notAVideo, "The file \(path) is damaged or not a video", remedy: remedy)
        guard let context else { throw ContainerPolicy.notAVideo(path) }
        let found = avformat_find_stream_info(context, nil)
        do throws(ShotlistError) {
            try LibAVStatus.check(found, .notAVideo, "The file \(path) is damaged", remedy: remedy)
        } catch {
            var context: UnsafeMutablePointer<AVFormatContext>? = context
            avformat_close_input(&context)
            throw error
        }
        return context
    }

    /// The first video stream that is no cover picture, as NeMo Curator takes it, and libav's choice of sound.
    private static func chooseStreams(_ context: UnsafeMutablePointer<AVFormatContext>) -> (Int, Int?) {
        let video = (0..<Int(context.pointee.nb_streams)).first { index in
            guard let stream = context.pointee.streams[index] else { return false }
            return stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
                && stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
        }
        let audio = av_find_best_stream(context, AVMEDIA_TYPE_AUDIO, -1, Int32(video ?? -1), nil, 0)
        return (video ?? -1, audio >= 0 ? Int(audio) : nil)
    }
}
