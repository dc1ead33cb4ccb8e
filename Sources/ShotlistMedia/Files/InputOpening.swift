internal import CLibAV
import Foundation
import ShotlistCore

/// How a file is opened: as what its content says it is, within limits, and no other file with it.
enum InputOpening {
    /// What must be given back: the open file, and the demuxer that reads it.
    typealias Opened = (io: UnsafeMutablePointer<AVIOContext>?, context: UnsafeMutablePointer<AVFormatContext>)

    /// Throws unless there is a file at `path` that has content.
    static func checkReadable(_ path: String) throws(ShotlistError) {
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

    /// Opens the file at `path` and finds out what its streams are.
    ///
    /// - Parameter checksIndex: whether an index is reckoned first, which need not be done twice for a file.
    static func open(
        _ path: String, limits: MediaLimits, checksIndex: Bool
    ) throws(ShotlistError) -> Opened {
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
            let names = String(cString: format.pointee.name).split(separator: ",")
            if checksIndex, names.contains("mov") { try MovieIndex.check(path, limits: limits) }
            return (io, try demux(url, path: path, io: opened, format: format, limits: limits))
        } catch {
            avio_closep(&io)
            throw error
        }
    }

    private static func demux(
        _ url: String, path: String, io: UnsafeMutablePointer<AVIOContext>, format: UnsafePointer<AVInputFormat>,
        limits: MediaLimits
    ) throws(ShotlistError) -> UnsafeMutablePointer<AVFormatContext> {
        guard let allocated = avformat_alloc_context() else {
            throw LibAVStatus.outOfMemory("The file \(path) cannot be read")
        }
        allocated.pointee.pb = io
        // The last word on files that name other files: nothing but `io` can be opened by a demuxer.
        allocated.pointee.io_open = { _, _, _, _, _ in shotlist_averror_eacces }
        allocated.pointee.max_streams = Int32(clamping: max(1, limits.streams))
        allocated.pointee.probesize = Int64(max(32, limits.probeBytes))
        var options: OpaquePointer?
        av_dict_set(&options, "protocol_whitelist", "file", 0)
        av_dict_set(&options, "format_whitelist", String(cString: format.pointee.name), 0)
        av_dict_set(&options, "enable_drefs", "0", 0)
        var context: UnsafeMutablePointer<AVFormatContext>? = allocated
        let status = avformat_open_input(&context, url, format, &options)
        av_dict_free(&options)
        do throws(ShotlistError) {
            try limits.checkStreams(of: path)
            try LibAVStatus.check(status, .notAVideo, "The file \(path) is damaged or not a video", remedy: remedy)
            guard let opened = context else { throw ContainerPolicy.notAVideo(path) }
            try findStreams(in: opened, path: path, limits: limits)
            return opened
        } catch {
            // Nothing is left to close where libav itself has failed.
            avformat_close_input(&context)
            throw error
        }
    }

    private static let remedy = "Copy or download it again; if a player shows it, convert it to mp4."

    /// Lets libav find out what the streams are, which it does by decoding the first pictures of each.
    private static func findStreams(
        in context: UnsafeMutablePointer<AVFormatContext>, path: String, limits: MediaLimits
    ) throws(ShotlistError) {
        let chosen = chooseStreams(context).video
        if chosen >= 0, let parameters = context.pointee.streams[chosen]?.pointee.codecpar.pointee {
            let size = PixelSize(width: Int(parameters.width), height: Int(parameters.height))
            try limits.check(size, format: -1, of: path)
        }
        // The pictures of all other streams may together be as large as one of the chosen stream's.
        let count = Int(context.pointee.nb_streams)
        let videos = (0..<count).count { isVideo(context.pointee.streams[$0]) }
        var options = [OpaquePointer?](repeating: nil, count: count)
        for index in 0..<count {
            let most = Int64(index == chosen ? limits.pixels : limits.pixels / max(1, videos))
            av_dict_set_int(&options[index], "max_pixels", max(1, most), 0)
        }
        defer { for index in 0..<count { av_dict_free(&options[index]) } }
        let budget = OpeningBudget(packets: limits.probePackets)
        context.pointee.interrupt_callback = budget.callback
        let found = avformat_find_stream_info(context, &options)
        context.pointee.interrupt_callback = AVIOInterruptCB(callback: nil, opaque: nil)
        guard !budget.isSpent else {
            throw MediaLimits.exceeded(
                .probePackets, path, "its first \(limits.probePackets) packets do not tell what it holds")
        }
        try LibAVStatus.check(found, .notAVideo, "The file \(path) is damaged", remedy: remedy)
        try limits.checkStreams(of: path)
    }

    /// The first video stream that is no cover picture, as NeMo Curator takes it (-1 where there is none), and libav's
    /// choice of sound.
    static func chooseStreams(_ context: UnsafeMutablePointer<AVFormatContext>) -> (video: Int, audio: Int?) {
        let video = (0..<Int(context.pointee.nb_streams)).first { index in
            guard let stream = context.pointee.streams[index] else { return false }
            return isVideo(stream) && stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
        }
        let audio = av_find_best_stream(context, AVMEDIA_TYPE_AUDIO, -1, Int32(video ?? -1), nil, 0)
        return (video ?? -1, audio >= 0 ? Int(audio) : nil)
    }

    private static func isVideo(_ stream: UnsafeMutablePointer<AVStream>?) -> Bool {
        stream?.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
    }
}
