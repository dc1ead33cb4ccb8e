internal import CLibAV
import ShotlistCore

/// Walks over decoded frames from a given one on, telling each one's place in the video.
///
/// A frame is known by its timestamp, so B-frames, edit lists, start offsets and variable rates do not shift it.
/// Not for use by two threads at once.
final class FrameCursor {
    /// A decoded frame and its place among the video's frames.
    struct Found {
        let index: Int
        let frame: DecodedFrame
    }

    private let timeline: FrameTimeline
    /// The times of the frames that are asked for; others come out only where that costs nothing. Nil for all.
    private let wanted: WantedTimes?
    private let file: InputFile
    private let decoder: Decoder
    private let packet: Packet
    private var scratch: DecodedFrame
    private var primed: Found?
    /// The next frame's index, where frames are counted.
    private var counted: Int?
    private var lastIndex = -1
    /// What is known of the frames since the last key frame, where frames are counted.
    private var count = FrameCount()
    /// The place of the key frame at which reading began; 0 at the file's beginning.
    private(set) var keyPlace = 0
    /// The time that was sought to get here; nil when the file is read from its beginning.
    private(set) var soughtTime: Int64?

    /// How the file of a decoder turns its pictures.
    let orientation: Orientation
    /// The video stream as opened.
    var input: InputFile { file }
    /// Packets given to the decoder so far.
    var packets: Int { decoder.packets }
    /// How often something could not be decoded, or was guessed.
    var damage: Int { decoder.damage }
    /// How often groups of pictures were passed over by a seek.
    var leaps: Int { queue.leaps }

    /// Opens the file and goes to the first wanted frame.
    ///
    /// A seek that lands too late, in the middle of an open group of pictures or where nothing can be decoded is
    /// tried again from further back, at last from the beginning.
    ///
    /// - Parameters:
    ///   - start: the frame from whose key frame on everything is decoded, as if the file were read from its beginning;
    ///     nil where nothing is decoded that no wanted frame refers to.
    ///   - device: the card to decode on, where it can.
    ///   - limits: what the file may ask for at most.
    static func open(
        path: String, timeline: FrameTimeline, wanted: Set<Int>, startingAt start: Int? = nil, threads: Int,
        device: HardwareDevice?, limits: MediaLimits
    ) throws(ShotlistError) -> FrameCursor {
        let first = wanted.min() ?? 0
        let times = start == nil ? WantedTimes(wanted, of: timeline) : nil
        let start = min(start ?? first, first)
        let make = { () throws(ShotlistError) -> FrameCursor in
            try FrameCursor(
                InputFile(path: path, limits: limits), timeline: timeline, wanted: times, threads: threads,
                device: device)
        }
        if start > 0 {
            let perSecond = Int64(timeline.timeBase.denominator / max(1, timeline.timeBase.numerator))
            for back in [0, 2, 10] as [Int64] {
                let goal = timeline.timestamps[start] - back * perSecond
                guard goal > timeline.timestamps[0] else { break }
                let cursor = try make()
                if try cursor.begins(at: first, bySeekingTo: goal) { return cursor }
            }
        }
        let cursor = try make()
        if cursor.file.countsFrames { cursor.counted = 0 }
        // A card may take a stream and then give nothing.
        if cursor.decoder.device != nil, try !cursor.startsAtOrBefore(.max) {
            return try open(
                path: path, timeline: timeline, wanted: wanted, threads: threads, device: nil, limits: limits)
        }
        return cursor
    }

    private init(
        _ file: InputFile, timeline: FrameTimeline, wanted: WantedTimes?, threads: Int, device: HardwareDevice?
    ) throws(ShotlistError) {
        self.timeline = timeline
        self.wanted = wanted
        self.file = file
        LargeBuffers.expect(file.storedSize)
        decoder = try Decoder(file, threads: threads, device: device)
        packet = try Packet()
        scratch = try DecodedFrame()
        orientation = Orientation(file.video)
    }

    /// The next frame that can be decoded, in order of presentation; nil at the end.
    func next() throws(ShotlistError) -> Found? {
        if let found = primed {
            primed = nil
            return found
        }
        while true {
            switch try decoder.receive(into: scratch) {
            case .frame:
                MediaProgress.step()
                guard let index = place(of: scratch) else { continue }
                let frame = scratch
                scratch = try DecodedFrame()
                return Found(index: index, frame: frame)
            case .needsPacket: try feed()
            case .end: return nil
            }
        }
    }

    private func feed() throws(ShotlistError) {
        guard let (packet, isNeeded) = try queue.next() else { return try decoder.send(nil) }
        try decoder.send(packet, isNeeded: isNeeded)
    }

    /// Reads ahead of the decoder; made when the file is where reading begins.
    ///
    /// Where frames are counted none may be left out.
    private lazy var queue = PacketQueue(file, wanted: counted == nil ? wanted : nil)

    /// The frame's place, nil where it is not one of the video's or is broken.
    private func place(of frame: DecodedFrame) -> Int? {
        if let index = counted {
            let place = count.place(of: frame, expected: index, timeline: timeline, damage: decoder.damage)
            counted = (place ?? index) + 1
            return frame.isCorrupt || index >= timeline.count ? nil : place
        }
        guard !frame.isCorrupt, let time = frame.timestamp, var index = timeline.index(of: time) else { return nil }
        // Frames that share a time follow one another.
        if index <= lastIndex, lastIndex + 1 < timeline.count, timeline.timestamps[lastIndex + 1] == time {
            index = lastIndex + 1
        }
        lastIndex = index
        return index
    }

    /// Goes to `goal`; whether the frame at `first`, or one before it, can be decoded from there.
    private func begins(at first: Int, bySeekingTo goal: Int64) throws(ShotlistError) -> Bool {
        do throws(ShotlistError) {
            guard try jump(to: goal), try startsAtOrBefore(first) else { return false }
        } catch {
            // Where nothing comes from here, something may from further back.
            guard decoder.isFruitless else { throw error }
            return false
        }
        soughtTime = goal
        return true
    }

    /// Seeks, reads on to a key frame and gives it to the decoder; false when it is shown after `goal`.
    private func jump(to goal: Int64) throws(ShotlistError) -> Bool {
        guard let key = goToKeyFrame(before: goal) else { return false }
        if file.countsFrames {
            guard let decoded = timeline.index(of: key) else { return false }
            // Pictures that follow the key frame in the file and are shown before it refer to what was not read.
            let leading = file.leadingPictures(after: packet)
            guard goToKeyFrame(before: goal) == key, timeline.timestamps[decoded + leading] <= goal else {
                return false
            }
            try decoder.send(packet)
            for _ in 0..<leading where !file.read(into: packet) { return false }
            counted = decoded + leading
            keyPlace = decoded + leading
            return true
        }
        guard key <= goal else { return false }
        keyPlace = timeline.index(of: key) ?? 0
        try decoder.send(packet)
        return true
    }

    /// Leaves the first key frame after a seek in the packet, and gives its time: of decoding, where frames are
    /// counted.
    private func goToKeyFrame(before goal: Int64) -> Int64? {
        guard file.seek(to: goal), file.readToKey(into: packet) else { return nil }
        return file.countsFrames ? packet.dts : packet.pts ?? packet.dts
    }

    private func startsAtOrBefore(_ index: Int) throws(ShotlistError) -> Bool {
        primed = try next()
        return primed.map { $0.index <= index } ?? false
    }
}

extension FrameTimeline {
    /// The first frame shown exactly at `timestamp`, nil where there is none.
    func index(of timestamp: Int64) -> Int? {
        var low = 0
        var high = timestamps.count
        while low < high {
            let middle = (low + high) / 2
            if timestamps[middle] < timestamp { low = middle + 1 } else { high = middle }
        }
        return low < timestamps.count && timestamps[low] == timestamp ? low : nil
    }
}
