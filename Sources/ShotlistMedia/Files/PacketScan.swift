internal import CLibAV
import ShotlistCore

/// A pass over all packets of a video stream without decoding them: the exact frame count and times.
struct PacketScan {
    /// When each frame is shown, ascending, in units of the stream's time base.
    let timestamps: [Int64]
    /// How long the last frame is shown, in the same units; at least 1.
    let lastDuration: Int64
    /// How many packets at the beginning cannot be decoded, since they refer to what is not in the file.
    let leading: Int
    /// How many packets have no time, so that they are no frames of the timeline.
    let untimed: Int
    /// Whether the file ended before its container said it would.
    let isTruncated: Bool

    /// Reads `file` from where it is to its end.
    ///
    /// - Throws: ``ShotlistError`` (`limit_exceeded`).
    init(_ file: InputFile) throws(ShotlistError) {
        let packet = try Packet()
        let limits = file.limits
        LibAVLog.forget()
        var frames: [(time: Int64, duration: Int64)] = []
        // Packets that are no frames.
        var empty = 0
        // Packets without any time: second fields, or pictures that nobody can place.
        var timeless = 0
        var firstKey: (place: Int, time: Int64)?
        let countsFrames = file.countsFrames
        var brokenLast = false
        var status: Int32 = 0
        while true {
            status = file.readStatus(into: packet)
            guard status >= 0 else { break }
            guard empty - frames.count <= limits.emptyPackets else { throw Self.tooMany(empty, file) }
            // Counted as if it were none; a frame takes that back.
            empty += 1
            guard packet.streamIndex == file.videoIndex, packet.pointer.pointee.size > 0 else { continue }
            guard Int(packet.pointer.pointee.size) <= limits.frameBytes else {
                throw MediaLimits.exceeded(
                    .frameBytes, file.path,
                    "a packet has \(packet.pointer.pointee.size) bytes, and at most \(limits.frameBytes) are allowed")
            }
            guard let time = countsFrames ? packet.dts : packet.pts ?? packet.dts else {
                timeless += 1
                continue
            }
            if firstKey == nil, packet.isKey { firstKey = (frames.count, time) }
            guard !packet.isDiscarded, Self.isShown(packet, of: file) else { continue }
            guard frames.count < limits.frames else {
                throw MediaLimits.exceeded(.frames, file.path, "it has more than the \(limits.frames) frames allowed")
            }
            frames.append((time, packet.pointer.pointee.duration))
            empty -= 1
            brokenLast = packet.isCorrupt
        }
        try limits.checkStreams(of: file.path)
        let found = frames.count
        // The rest of a frame cut off by the end of the file cannot be shown.
        if brokenLast { frames.removeLast() }
        // Nor can what comes before the first key frame, or is shown before it, in a file that begins in the middle.
        if let firstKey {
            frames.removeSubrange(..<min(firstKey.place, frames.count))
            frames.removeAll { $0.time < firstKey.time }
        }
        leading = found - frames.count - (brokenLast ? 1 : 0)
        frames.sort { $0.time < $1.time }
        let times = frames.map(\.time)
        let duration = frames.last?.duration ?? 0
        timestamps = times
        untimed = timeless
        lastDuration = max(1, duration > 0 ? duration : Self.typicalStep(times))
        try Self.checkDuration(times, lastDuration, file)
        isTruncated =
            status != LibAVStatus.endOfFile || brokenLast || Self.expected(file).map { $0 > found } ?? false
            // Matroska's demuxer takes a broken end for an end, and only says so.
            || LibAVLog.lastMessage()?.contains("prematurely") == true
    }

    /// Throws when a video is longer than may be. Whole numbers might not hold what its times say.
    private static func checkDuration(
        _ timestamps: [Int64], _ lastDuration: Int64, _ file: InputFile
    ) throws(ShotlistError) {
        guard let first = timestamps.first, let last = timestamps.last else { return }
        let seconds = (Double(last) - Double(first) + Double(lastDuration)) * av_q2d(file.video.pointee.time_base)
        try file.limits.check(duration: seconds, of: file.path)
    }

    private static func tooMany(_ empty: Int, _ file: InputFile) -> ShotlistError {
        MediaLimits.exceeded(
            .emptyPackets, file.path,
            "\(empty) of its packets are no frames, more than the \(file.limits.emptyPackets) allowed beside frames")
    }

    /// VP8 keeps pictures that are never shown in packets of their own; bit 4 of the first byte tells (RFC 6386, 9.1).
    private static func isShown(_ packet: Packet, of file: InputFile) -> Bool {
        guard file.video.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_VP8, packet.pointer.pointee.size > 0
        else { return true }
        return packet.pointer.pointee.data[0] & 0x10 != 0
    }

    private static func typicalStep(_ timestamps: [Int64]) -> Int64 {
        guard let first = timestamps.first, let last = timestamps.last, timestamps.count > 1 else { return 1 }
        return (last - first) / Int64(timestamps.count - 1)
    }

    /// The number of frames that the container's index promises, where it has one and no edit list hides some.
    private static func expected(_ file: InputFile) -> Int? {
        let name = String(cString: file.context.pointee.iformat.pointee.name)
        let promised = Int(file.video.pointee.nb_frames)
        guard promised > 0, name == "avi" else { return nil }
        return promised
    }
}
