internal import CLibAV
import ShotlistCore

/// A decoder of one video stream; not for use by two threads at once.
final class Decoder {
    /// libav's decoder; valid as long as this object is.
    let context: UnsafeMutablePointer<AVCodecContext>
    /// Packets that were decoded, or at least given to the decoder.
    private(set) var packets = 0
    /// How often something could not be decoded, or was guessed.
    private(set) var damage = 0
    /// The card that may be decoding.
    private(set) var device: HardwareDevice?
    private let path: String
    private let limits: MediaLimits
    /// The pixel format that the file tells; below 0 where it tells none.
    private let format: Int32
    /// Width, height and pixel format of the last picture, which was not too large.
    private var checked: (Int32, Int32, Int32) = (0, 0, -1)
    /// Packets since the last picture.
    private var undecoded = 0
    /// Whether it was given up because too many packets in a row gave no picture.
    private(set) var isFruitless = false

    /// Opens a decoder for the video stream of `file`, on `threads` threads, and on `device` where that can.
    init(_ file: InputFile, threads: Int, device: HardwareDevice?) throws(ShotlistError) {
        let parameters = file.video.pointee.codecpar
        let id = parameters?.pointee.codec_id ?? AV_CODEC_ID_NONE
        let name = String(cString: avcodec_get_name(id))
        guard let codec = avcodec_find_decoder(id), let context = avcodec_alloc_context3(codec) else {
            throw ShotlistError(
                .decodeFailed,
                "The video \(file.path) cannot be decoded: this build of FFmpeg knows no codec '\(name)'.",
                remedy: "Convert it to h264 in mp4, or install an FFmpeg that has the codec.")
        }
        self.context = context
        path = file.path
        limits = file.limits
        format = parameters?.pointee.format ?? -1
        // From here on deinit runs even if this initialiser throws.
        var status = avcodec_parameters_to_context(context, parameters)
        // Before there is memory for it, a picture is too large by its pixels.
        context.pointee.max_pixels = limits.mostPixels(format: format)
        context.pointee.pkt_timebase = file.video.pointee.time_base
        context.pointee.thread_count = Int32(max(1, min(threads, 16)))
        context.pointee.thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE
        // libav's own choice of pictures takes the card's where it can, and the processor's where the card turns the
        // stream down.
        if let device, device.suits(codec), device.enter() {
            self.device = device
            context.pointee.hw_device_ctx = av_buffer_ref(device.reference)
        }
        if status >= 0 { status = avcodec_open2(context, codec, nil) }
        try LibAVStatus.check(
            status, .decodeFailed, "The video \(file.path) cannot be decoded (\(name))",
            remedy: "Convert it to h264 in mp4.")
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
        device?.leave()
    }

    /// Gives a packet to the decoder, or with nil tells it that none will follow.
    ///
    /// - Parameter isNeeded: whether the packet's own frame is wanted; if not, it is decoded only where others refer
    ///   to it.
    /// - Throws: ``ShotlistError``: `decode_failed` only where nothing more can be decoded; a broken packet is not
    ///   an error, its frame just does not come out. `limit_exceeded` for a picture that is too large, and when too
    ///   many packets in a row gave none.
    func send(_ packet: Packet?, isNeeded: Bool = true) throws(ShotlistError) {
        // Frames that a codec leaves as they are have empty packets, which libav would take for the end.
        if let packet, packet.pointer.pointee.size == 0 { return }
        // Where only times of decoding are kept, frames are known by them.
        context.pointee.reordered_opaque = packet?.dts ?? 0
        context.pointee.skip_frame = isNeeded ? AVDISCARD_DEFAULT : AVDISCARD_NONREF
        if packet != nil {
            packets += 1
            try countUndecoded()
        }
        // What was refused before on this thread may be another file's.
        LibAVLog.forgetRefusals()
        let status = avcodec_send_packet(context, packet?.pointer)
        if status == LibAVStatus.noMemory {
            throw LibAVStatus.outOfMemory("The video \(path) cannot be decoded")
        }
        guard status < 0, status != LibAVStatus.again, status != LibAVStatus.endOfFile else { return }
        damage += 1
        try checkRefusal()
    }

    /// What asking for a frame gave.
    enum Answer {
        case frame, needsPacket, end
    }

    /// Takes the next frame, in order of presentation, into `frame`.
    ///
    /// - Throws: ``ShotlistError`` (`limit_exceeded`) for one that is larger than may be.
    func receive(into frame: DecodedFrame) throws(ShotlistError) -> Answer {
        LibAVLog.forgetRefusals()
        let status = avcodec_receive_frame(context, frame.pointer)
        if status >= 0 {
            undecoded = 0
            if frame.isDamaged { damage += 1 }
            try check(frame)
            return .frame
        }
        if status == LibAVStatus.again { return .needsPacket }
        if status == LibAVStatus.endOfFile { return .end }
        // A broken frame; the decoder goes on with the next packet.
        damage += 1
        try checkRefusal()
        return .needsPacket
    }

    /// Throws when a picture is larger than may be; those after it mostly have its size.
    private func check(_ frame: DecodedFrame) throws(ShotlistError) {
        let picture = frame.pointer.pointee
        let kind = (picture.width, picture.height, picture.format)
        guard kind != checked else { return }
        do throws(ShotlistError) {
            try limits.check(frame.size, format: picture.format, of: path)
        } catch {
            av_frame_unref(frame.pointer)
            throw error
        }
        checked = kind
    }

    /// Throws when libav did not decode a picture because it is too large.
    ///
    /// Of decoding on several threads it is not known here why a picture is missing; then the file is read again with
    /// one, which is this.
    private func checkRefusal() throws(ShotlistError) {
        guard let size = LibAVLog.refusedSize else { return }
        try limits.check(size, format: format, of: path)
    }

    private func countUndecoded() throws(ShotlistError) {
        undecoded += 1
        guard undecoded > limits.undecodedPackets else { return }
        undecoded = 0
        isFruitless = true
        throw MediaLimits.exceeded(
            .undecodedPackets, path, "\(limits.undecodedPackets) packets in a row gave no picture")
    }
}
