internal import CLibAV
import ShotlistCore

/// A packet of libav's, freed with its owner.
final class Packet {
    /// Valid as long as this object is.
    let pointer: UnsafeMutablePointer<AVPacket>

    /// Makes an empty packet.
    init() throws(ShotlistError) {
        guard let pointer = av_packet_alloc() else { throw LibAVStatus.outOfMemory("A packet cannot be read") }
        self.pointer = pointer
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVPacket>? = pointer
        av_packet_free(&pointer)
    }

    /// Gives back what the packet holds.
    func clear() { av_packet_unref(pointer) }

    var isKey: Bool { pointer.pointee.flags & AV_PKT_FLAG_KEY != 0 }
    /// Whether the frame in it is decoded for others' sake only, outside the container's edit list.
    var isDiscarded: Bool { pointer.pointee.flags & AV_PKT_FLAG_DISCARD != 0 }
    var isCorrupt: Bool { pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 }
    /// The presentation timestamp, nil where the container has none.
    var pts: Int64? { Self.time(pointer.pointee.pts) }
    var dts: Int64? { Self.time(pointer.pointee.dts) }
    var streamIndex: Int { Int(pointer.pointee.stream_index) }

    /// A time that can be: none, too, is one so large that the difference of two would not fit its type.
    private static func time(_ value: Int64) -> Int64? { value.magnitude < 1 << 62 ? value : nil }

    /// Where in the file it lies, nil where the container does not tell.
    var position: Int64? { pointer.pointee.pos >= 0 ? pointer.pointee.pos : nil }
}

/// A decoded picture of libav's, freed with its owner.
///
/// Unchecked because of the pointer: a frame is written by the one thread that decodes, and from then on only read.
final class DecodedFrame: @unchecked Sendable {
    /// Valid as long as this object is.
    let pointer: UnsafeMutablePointer<AVFrame>

    /// Makes an empty frame.
    init() throws(ShotlistError) {
        guard let pointer = av_frame_alloc() else { throw LibAVStatus.outOfMemory("A frame cannot be decoded") }
        self.pointer = pointer
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVFrame>? = pointer
        av_frame_free(&pointer)
    }

    /// A frame of its own with the same pixels.
    ///
    /// Its size, kind and time can be changed without touching this one's.
    func sharingPixels() throws(ShotlistError) -> DecodedFrame {
        let other = try DecodedFrame()
        guard av_frame_ref(other.pointer, pointer) >= 0 else { throw LibAVStatus.outOfMemory("A frame cannot be kept") }
        return other
    }

    /// The frame in the processor's memory: this one, unless a card has decoded it.
    func inMainMemory() throws(ShotlistError) -> DecodedFrame {
        guard pointer.pointee.hw_frames_ctx != nil else { return self }
        let copy = try DecodedFrame()
        var status = av_hwframe_transfer_data(copy.pointer, pointer, 0)
        if status >= 0 { status = av_frame_copy_props(copy.pointer, pointer) }
        try LibAVStatus.check(
            status, .decodeFailed, "A frame cannot be fetched from the card that decoded it",
            remedy: "Decode on the processor: --decoder cpu.")
        return copy
    }

    /// When it is shown, nil where neither its packet nor the decoder knows.
    var timestamp: Int64? {
        if pointer.pointee.pts != shotlist_nopts { return pointer.pointee.pts }
        let best = pointer.pointee.best_effort_timestamp
        return best == shotlist_nopts ? nil : best
    }
    /// Width and height as stored.
    var size: PixelSize { PixelSize(width: Int(pointer.pointee.width), height: Int(pointer.pointee.height)) }
    /// Whether the picture is interlaced, with colours of half the height, which then belong to one field each.
    var hasFieldColours: Bool {
        guard pointer.pointee.interlaced_frame != 0, pointer.pointee.height % 4 == 0,
            let format = av_pix_fmt_desc_get(AVPixelFormat(pointer.pointee.format))
        else { return false }
        return format.pointee.log2_chroma_h == 1
    }
    /// Whether the decoder guessed some of it.
    var isDamaged: Bool { isCorrupt || pointer.pointee.decode_error_flags != 0 }
    /// Whether the decoder itself calls the picture broken.
    var isCorrupt: Bool { pointer.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0 }
}
