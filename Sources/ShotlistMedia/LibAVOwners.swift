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
    var pts: Int64? { pointer.pointee.pts == shotlist_nopts ? nil : pointer.pointee.pts }
    var dts: Int64? { pointer.pointee.dts == shotlist_nopts ? nil : pointer.pointee.dts }
    var streamIndex: Int { Int(pointer.pointee.stream_index) }
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

    /// When it is shown, nil where neither its packet nor the decoder knows.
    var timestamp: Int64? {
        if pointer.pointee.pts != shotlist_nopts { return pointer.pointee.pts }
        let best = pointer.pointee.best_effort_timestamp
        return best == shotlist_nopts ? nil : best
    }
    /// Width and height as stored.
    var size: PixelSize { PixelSize(width: Int(pointer.pointee.width), height: Int(pointer.pointee.height)) }
    /// Whether the decoder itself calls the picture broken.
    var isCorrupt: Bool { pointer.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0 }
}
