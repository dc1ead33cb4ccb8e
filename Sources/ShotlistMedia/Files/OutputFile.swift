internal import CLibAV
import Foundation
import ShotlistCore

/// An mp4 file in the making, on disk or in memory; not for use by two threads at once.
final class OutputFile {
    /// Where the bytes go.
    enum Target {
        case file(String)
        case memory
    }

    /// The muxer; valid as long as this object is.
    let context: UnsafeMutablePointer<AVFormatContext>
    private let name: String
    private let target: Target

    /// Makes an empty file; `name` is for sentences.
    init(_ target: Target, name: String) throws(ShotlistError) {
        LibAVLog.install()
        LibAVLog.forget()
        var context: UnsafeMutablePointer<AVFormatContext>?
        avformat_alloc_output_context2(&context, nil, "mp4", nil)
        guard let context else { throw LibAVStatus.outOfMemory("The clip \(name) cannot be written") }
        self.context = context
        self.name = name
        self.target = target
        // From here on deinit runs even if this initialiser throws.
        let status =
            switch target {
            case .file(let path): avio_open2(&context.pointee.pb, "file:" + path, AVIO_FLAG_WRITE, nil, nil)
            case .memory: avio_open_dyn_buf(&context.pointee.pb)
            }
        try check(status)
    }

    deinit {
        _ = try? closeOutput()
        avformat_free_context(context)
    }

    /// Whether mp4 can hold a stream of that codec.
    static func holds(_ codec: AVCodecID) -> Bool {
        guard let format = av_guess_format("mp4", nil, nil) else { return false }
        return avformat_query_codec(format, codec, FF_COMPLIANCE_NORMAL) == 1
    }

    /// Adds a stream that looks like `stream`, whose packets are copied.
    func addCopy(of stream: UnsafeMutablePointer<AVStream>) throws(ShotlistError) -> Int {
        let added = try addStream()
        try check(avcodec_parameters_copy(added.pointee.codecpar, stream.pointee.codecpar))
        // The tag of another container means nothing in mp4; the muxer picks its own.
        added.pointee.codecpar.pointee.codec_tag = 0
        added.pointee.time_base = stream.pointee.time_base
        added.pointee.avg_frame_rate = stream.pointee.avg_frame_rate
        added.pointee.sample_aspect_ratio = stream.pointee.codecpar.pointee.sample_aspect_ratio
        var count = 0
        if let matrix = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &count),
            let copy = av_stream_new_side_data(added, AV_PKT_DATA_DISPLAYMATRIX, count)
        {
            copy.update(from: matrix, count: count)
        }
        return Int(added.pointee.index)
    }

    /// Adds a stream for the packets of `encoder`.
    func addEncoded(_ encoder: PictureEncoder) throws(ShotlistError) -> Int {
        let added = try addStream()
        try check(avcodec_parameters_from_context(added.pointee.codecpar, encoder.context))
        added.pointee.time_base = encoder.context.pointee.time_base
        added.pointee.avg_frame_rate = encoder.context.pointee.framerate
        added.pointee.sample_aspect_ratio = encoder.context.pointee.sample_aspect_ratio
        return Int(added.pointee.index)
    }

    /// Writes the header; all streams must be there.
    func begin() throws(ShotlistError) {
        try check(avformat_write_header(context, nil))
    }

    /// Writes `packet`, whose times are in units of `timeBase`, to stream `index`; the packet is empty afterwards.
    func write(_ packet: Packet, to index: Int, timeBase: AVRational) throws(ShotlistError) {
        guard let stream = context.pointee.streams[index] else { return }
        MediaProgress.step()
        packet.pointer.pointee.stream_index = Int32(index)
        packet.pointer.pointee.pos = -1
        av_packet_rescale_ts(packet.pointer, timeBase, stream.pointee.time_base)
        try check(av_interleaved_write_frame(context, packet.pointer))
    }

    /// Writes what is left and closes the file.
    ///
    /// - Returns: the bytes when the target is memory, else none.
    func finish() throws(ShotlistError) -> Data {
        try check(av_write_trailer(context))
        if let io = context.pointee.pb, io.pointee.error < 0 { try check(io.pointee.error) }
        return try closeOutput()
    }

    @discardableResult
    private func closeOutput() throws(ShotlistError) -> Data {
        guard context.pointee.pb != nil else { return Data() }
        switch target {
        case .file:
            try check(avio_closep(&context.pointee.pb))
            return Data()
        case .memory:
            var buffer: UnsafeMutablePointer<UInt8>?
            let count = avio_close_dyn_buf(context.pointee.pb, &buffer)
            context.pointee.pb = nil
            defer { av_free(buffer) }
            return buffer.map { Data(bytes: $0, count: Int(count)) } ?? Data()
        }
    }

    private func addStream() throws(ShotlistError) -> UnsafeMutablePointer<AVStream> {
        guard let stream = avformat_new_stream(context, nil) else {
            throw LibAVStatus.outOfMemory("The clip \(name) cannot be written")
        }
        return stream
    }

    private func check(_ status: Int32) throws(ShotlistError) {
        try LibAVStatus.check(
            status, .writeFailed, "The clip \(name) cannot be written",
            remedy: "Check that the folder exists and can be written to.")
    }
}
