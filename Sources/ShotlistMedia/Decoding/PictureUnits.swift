internal import CLibAV

extension InputFile {
    /// Whether nothing from `packet` on refers to what was before it: a frame of a codec that has no others, an IDR
    /// picture of H.264 (ITU-T H.264, table 7-1) or H.265 (table 7-1 there), or a key frame of VP8, VP9 or AV1. Other
    /// key frames may be followed by pictures that do.
    func beginsAnew(_ packet: Packet) -> Bool {
        guard packet.isKey else { return false }
        let codec = video.pointee.codecpar.pointee.codec_id
        switch codec {
        case AV_CODEC_ID_VP8, AV_CODEC_ID_VP9, AV_CODEC_ID_AV1: return true
        case AV_CODEC_ID_H264: return firstPicture(in: packet).map { $0.0 & 0x1f } == 5
        case AV_CODEC_ID_HEVC: return firstPicture(in: packet).map { 19...20 ~= $0.0 >> 1 & 0x3f } ?? false
        default:
            return avcodec_descriptor_get(codec).map { $0.pointee.props & AV_CODEC_PROP_INTRA_ONLY != 0 } ?? false
        }
    }

    /// The temporal layer of a picture of HEVC, counted from 0; 0 for other codecs.
    func temporalLayer(of packet: Packet) -> Int {
        guard video.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_HEVC, let unit = firstPicture(in: packet)
        else { return 0 }
        return max(0, Int(unit.1 & 7) - 1)
    }

    /// The two bytes with which the packet's first unit begins that holds a part of a picture.
    private func firstPicture(in packet: Packet) -> (UInt8, UInt8)? {
        guard let start = packet.pointer.pointee.data else { return nil }
        let isHEVC = video.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_HEVC
        let isPicture = { (byte: UInt8) in isHEVC ? byte >> 1 & 0x3f < 32 : 1...5 ~= byte & 0x1f }
        let data = UnsafeBufferPointer(start: start, count: Int(packet.pointer.pointee.size))
        var offset = 0
        guard let lengthSize = unitLengthSize else {
            // Units follow start codes 00 00 01.
            while offset + 4 < data.count {
                if data[offset] == 0, data[offset + 1] == 0, data[offset + 2] == 1 {
                    if isPicture(data[offset + 3]) { return (data[offset + 3], data[offset + 4]) }
                    offset += 3
                }
                offset += 1
            }
            return nil
        }
        while offset + lengthSize + 1 < data.count {
            let length = (0..<lengthSize).reduce(0) { $0 << 8 | Int(data[offset + $1]) }
            if isPicture(data[offset + lengthSize]) {
                return (data[offset + lengthSize], data[offset + lengthSize + 1])
            }
            offset += lengthSize + length
        }
        return nil
    }

    /// How many bytes tell a unit's length, as avcC and hvcC headers say (ISO/IEC 14496-15); nil where units follow
    /// start codes.
    private var unitLengthSize: Int? {
        let parameters = video.pointee.codecpar.pointee
        let isHEVC = parameters.codec_id == AV_CODEC_ID_HEVC
        let place = isHEVC ? 21 : 4
        guard let header = parameters.extradata, Int(parameters.extradata_size) > place else { return nil }
        // Early hvcC headers have the version 0; what begins with a start code is none.
        guard isHEVC ? header[0] != 0 || header[1] != 0 || header[2] > 1 : header[0] == 1 else { return nil }
        return Int(header[place] & 3) + 1
    }
}
