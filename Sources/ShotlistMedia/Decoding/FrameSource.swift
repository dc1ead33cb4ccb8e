import ShotlistCore

/// The frames that are asked for, in order, from a file that is opened anew where it turns out to be damaged.
///
/// A decoder guesses what is damaged, and with several threads its guess depends on how many there are. So from the
/// damage on it goes on with one thread, whose guess is always the same. Not for use by two threads at once.
final class FrameSource {
    private let path: String
    private let timeline: FrameTimeline
    private let wanted: Set<Int>
    private let first: Int
    private var threads: Int
    /// The place of the last frame that was given.
    private var last = -1
    /// The damage that was met before the first wanted frame, where what is not read may be missed.
    private var expectedDamage = 0
    private var earlierPackets = 0

    /// Walks over the file.
    private(set) var cursor: FrameCursor

    /// Opens the file and goes to the first wanted frame.
    init(
        path: String, timeline: FrameTimeline, wanted: Set<Int>, threads: Int, device: HardwareDevice?
    ) throws(ShotlistError) {
        self.path = path
        self.timeline = timeline
        self.wanted = wanted
        self.threads = threads
        first = wanted.min() ?? 0
        cursor = try FrameCursor.open(
            path: path, timeline: timeline, wanted: wanted, threads: threads, device: device)
    }

    /// Packets given to decoders so far.
    var packets: Int { earlierPackets + cursor.packets }

    /// The next frame that can be decoded, in order of presentation; nil at the end.
    func next() throws(ShotlistError) -> FrameCursor.Found? {
        let found = try cursor.next()
        if last < first { expectedDamage = cursor.damage }
        if threads > 1, cursor.damage > expectedDamage {
            threads = 1
            earlierPackets += cursor.packets
            let rest = wanted.filter { $0 > last }
            cursor = try FrameCursor.open(path: path, timeline: timeline, wanted: rest, threads: 1, device: nil)
            expectedDamage = .max
            return try nextAfterLast()
        }
        if let found { last = found.index }
        return found
    }

    /// The first frame after the last that was given: going back to a key frame gives some again.
    private func nextAfterLast() throws(ShotlistError) -> FrameCursor.Found? {
        while let found = try cursor.next() {
            guard found.index > last else { continue }
            last = found.index
            return found
        }
        return nil
    }
}
