internal import CLibAV
import ShotlistCore

/// Reads a video's packets a group of pictures at a time and leaves out those at the end of a group that no wanted
/// frame refers to: a group is decoded only as far as its last wanted frame, and groups far ahead of the next wanted
/// frame are not even read.
///
/// Not for use by two threads at once.
final class PacketQueue {
    /// A group larger than this is not held back.
    private static let mostPackets = 600
    private static let mostBytes = 64 << 20
    /// So many packets are read on when what lies ahead is shown after all that is wanted: times may jump back.
    private static let mostPastEnd = 6000
    /// So many bytes are rather passed over by a seek than read: below that, what is read anyway holds them.
    private static let leastLeap: Int64 = 1 << 20

    private let file: InputFile
    private let wanted: WantedTimes?
    private var waiting: ArraySlice<(packet: Packet, isNeeded: Bool)> = []
    /// The first packet of the next group.
    private var ahead: Packet?
    private var isAtEnd = false
    /// Packets in a row that are shown after all that is wanted.
    private var pastEnd = 0
    private var mayLeap: Bool
    /// The latest time of what was read before ``ahead``, and by how much frames are decoded before they are shown.
    private var reached = Int64.min
    private var delay: Int64 = 0
    /// The highest temporal layer of HEVC that was seen.
    private var highestLayer = 0
    /// How often what lay between was passed over.
    private(set) var leaps = 0

    /// A queue of the packets of `file` from where it is; without `wanted` every packet is needed.
    init(_ file: InputFile, wanted: WantedTimes?) {
        self.file = file
        self.wanted = wanted
        mayLeap = wanted != nil && file.hasIndex
    }

    /// The next packet to decode, and whether it must be decoded; nil at the end.
    ///
    /// One that need not be is left out by the decoder when no other frame refers to it.
    func next() throws(ShotlistError) -> (packet: Packet, isNeeded: Bool)? {
        while waiting.isEmpty, !isAtEnd { try fill() }
        return waiting.popFirst()
    }

    private func fill() throws(ShotlistError) {
        try leap()
        guard pastEnd <= Self.mostPastEnd else {
            isAtEnd = true
            return
        }
        var group: [Packet] = []
        var bytes = 0
        var isWhole = true
        if let ahead {
            group.append(ahead)
            reached = max(reached, ahead.pts ?? reached)
        }
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
            reached = max(reached, packet.pts ?? reached)
            delay = max(delay, (packet.pts ?? 0).subtracting(packet.dts ?? packet.pts ?? 0))
            bytes += Int(packet.pointer.pointee.size)
            if group.count >= Self.mostPackets || bytes >= Self.mostBytes {
                isWhole = false
                break
            }
        }
        // Without an end, whoever waits for a frame that does not come would read all of a long video.
        if let last = wanted?.last { pastEnd = group.allSatisfy { $0.pts ?? .min > last } ? pastEnd + group.count : 0 }
        waiting = needs(of: group, isWhole: isWhole)[...]
    }

    /// The packets of a group that are to be decoded.
    private func needs(of group: [Packet], isWhole: Bool) -> [(packet: Packet, isNeeded: Bool)] {
        guard let wanted else { return group.map { ($0, true) } }
        let last = isWhole ? group.lastIndex { wanted.contains($0.pts) } ?? -1 : group.count - 1
        guard last >= 0 else { return [] }
        // Pictures of a lower layer are no references in their own, but may be in a higher one (ITU-T H.265, 7.4.2.2).
        let layers = group.map { file.temporalLayer(of: $0) }
        highestLayer = max(highestLayer, layers.max() ?? 0)
        return (0...last).map { (group[$0], wanted.contains(group[$0].pts) || layers[$0] < highestLayer) }
    }

    /// Goes to the group that holds the next wanted frame where the file's index says that it lies far ahead.
    private func leap() throws(ShotlistError) {
        guard mayLeap, let wanted, let here = ahead, let time = here.pts, let position = here.position,
            // A group may begin with pictures that are shown before its first, so that all that is not read counts.
            let goal = wanted.first(from: reached == .min ? time : reached.adding(1)), goal > time,
            // Indices know times of decoding.
            case let decoded = goal.subtracting(delay),
            let entry = avformat_index_get_entry_from_timestamp(file.video, decoded, AVSEEK_FLAG_BACKWARD),
            entry.pointee.pos > position + Self.leastLeap, entry.pointee.timestamp > here.dts ?? time
        else { return }
        let found = try Packet()
        if file.seek(to: decoded), file.readVideo(into: found), let landed = found.position {
            if landed == position, found.pts == here.pts { return }
            if landed > position, file.beginsAnew(found), let key = found.pts, key <= goal {
                ahead = found
                leaps += 1
                return
            }
        }
        // It lands elsewhere than the index says: back to where reading was, and no second try.
        mayLeap = false
        if file.seek(to: min(here.dts ?? time, time)) {
            for _ in 0..<Self.mostPackets * 10 {
                guard file.readVideo(into: found) else { break }
                if found.position == position, found.pts == here.pts { return }
            }
        }
        ahead = nil
        isAtEnd = true
        throw lost(file.path)
    }

    private func lost(_ path: String) -> ShotlistError {
        ShotlistError(
            .decodeFailed, "The video \(path) cannot be decoded: its index leads astray.",
            remedy: "Copy it into a new container: ffmpeg -i IN -c copy OUT.mp4.")
    }
}

/// When the frames are shown that are asked for.
struct WantedTimes: Sendable {
    private let times: Set<Int64>
    private let ascending: [Int64]

    /// The times of the frames `indices` of `timeline`.
    init(_ indices: some Sequence<Int>, of timeline: FrameTimeline) {
        times = Set(indices.lazy.map { timeline.timestamps[$0] })
        ascending = times.sorted()
    }

    /// Whether a frame of that time is asked for. A packet without a time may be one.
    func contains(_ time: Int64?) -> Bool {
        guard let time else { return true }
        return times.contains(time)
    }

    /// The last time; nil where nothing is asked for.
    var last: Int64? { ascending.last }

    /// The first time at or after `time`.
    func first(from time: Int64) -> Int64? {
        var (low, high) = (0, ascending.count)
        while low < high {
            let middle = (low + high) / 2
            if ascending[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low < ascending.count ? ascending[low] : nil
    }
}
