internal import CLibAV
import ShotlistCore

/// Reads a video's packets a group of pictures at a time and leaves out those at the end of a group that no wanted
/// frame refers to: a group is decoded only as far as its last wanted frame.
///
/// Not for use by two threads at once.
final class PacketQueue {
    /// A group larger than this is not held back.
    private static let mostPackets = 600
    private static let mostBytes = 64 << 20

    private let file: InputFile
    private let isNeeded: (Packet) -> Bool
    private var waiting: ArraySlice<Packet> = []
    /// The first packet of the next group.
    private var ahead: Packet?
    private var isAtEnd = false

    /// A queue of the packets of `file` from where it is; `isNeeded` tells whether a packet's own frame is wanted.
    init(_ file: InputFile, isNeeded: @escaping (Packet) -> Bool) {
        self.file = file
        self.isNeeded = isNeeded
    }

    /// The next packet to decode, and whether its own frame is wanted; nil at the end.
    func next() throws(ShotlistError) -> (packet: Packet, isNeeded: Bool)? {
        while waiting.isEmpty, !isAtEnd { try fill() }
        return waiting.popFirst().map { ($0, isNeeded($0)) }
    }

    private func fill() throws(ShotlistError) {
        var group: [Packet] = []
        var bytes = 0
        if let ahead { group.append(ahead) }
        ahead = nil
        while true {
            let packet = try Packet()
            guard file.read(into: packet) else {
                isAtEnd = true
                break
            }
            guard packet.streamIndex == file.videoIndex else { continue }
            if !group.isEmpty, file.beginsAnew(packet) {
                ahead = packet
                break
            }
            group.append(packet)
            bytes += Int(packet.pointer.pointee.size)
            guard group.count < Self.mostPackets, bytes < Self.mostBytes else {
                waiting = group[...]
                return
            }
        }
        waiting = group[..<(group.lastIndex(where: isNeeded).map { $0 + 1 } ?? 0)]
    }
}

extension InputFile {
    /// Whether nothing from `packet` on refers to what was before it: an IDR picture of H.264 (ITU-T H.264, table
    /// 7-1) or H.265 (table 7-1 there), or a key frame of VP8 or VP9. Other key frames may be followed by pictures
    /// that do.
    fileprivate func beginsAnew(_ packet: Packet) -> Bool {
        guard packet.isKey else { return false }
        switch video.pointee.codecpar.pointee.codec_id {
        case AV_CODEC_ID_VP8, AV_CODEC_ID_VP9: return true
        case AV_CODEC_ID_H264:
            return firstPicture(in: packet) {
                $0 & 0x1f
            } isPicture: {
                1...5 ~= $0
            } == 5
        case AV_CODEC_ID_HEVC:
            let type = firstPicture(in: packet) {
                $0 >> 1 & 0x3f
            } isPicture: {
                $0 < 32
            }
            return type == 19 || type == 20
        default: return false
        }
    }

    /// The type of the first unit of the packet that holds a part of a picture.
    private func firstPicture(in packet: Packet, type: (UInt8) -> UInt8, isPicture: (UInt8) -> Bool) -> UInt8? {
        guard let start = packet.pointer.pointee.data else { return nil }
        let data = UnsafeBufferPointer(start: start, count: Int(packet.pointer.pointee.size))
        var offset = 0
        guard let lengthSize = unitLengthSize else {
            // Units follow start codes 00 00 01.
            while offset + 3 < data.count {
                if data[offset] == 0, data[offset + 1] == 0, data[offset + 2] == 1 {
                    let type = type(data[offset + 3])
                    if isPicture(type) { return type }
                    offset += 3
                }
                offset += 1
            }
            return nil
        }
        while offset + lengthSize < data.count {
            let length = (0..<lengthSize).reduce(0) { $0 << 8 | Int(data[offset + $1]) }
            let type = type(data[offset + lengthSize])
            if isPicture(type) { return type }
            offset += lengthSize + length
        }
        return nil
    }

    /// How many bytes tell a unit's length, as avcC and hvcC headers say (ISO/IEC 14496-15); nil where units follow
    /// start codes.
    private var unitLengthSize: Int? {
        let parameters = video.pointee.codecpar.pointee
        let place = parameters.codec_id == AV_CODEC_ID_HEVC ? 21 : 4
        guard let header = parameters.extradata, Int(parameters.extradata_size) > place, header[0] == 1 else {
            return nil
        }
        return Int(header[place] & 3) + 1
    }
}
