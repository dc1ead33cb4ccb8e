import ShotlistCore

/// The frames that are asked for, in order, from a file that is opened anew where it turns out to be damaged.
///
/// A decoder guesses what is damaged, and with several threads its guess depends on how many there are. So from where it
/// tells of damage it goes on with one thread, from the picture before, whose guess is always the same. Not for use by
/// two threads at once.
final class FrameSource {
    private let path: String
    private let timeline: FrameTimeline
    private let wanted: Set<Int>
    private let limits: MediaLimits
    private var isReopened = false
    /// The place of the last frame that was given, and whether it is the key frame's or after it.
    private var last = -1
    private var isPastKey = false
    /// What could not be decoded before the key frame, since what it refers to was not read.
    private var expectedDamage = 0
    private var earlierPackets = 0

    /// Walks over the file.
    private(set) var cursor: FrameCursor

    /// Opens the file and goes to the first wanted frame.
    init(
        path: String, timeline: FrameTimeline, wanted: Set<Int>, threads: Int, device: HardwareDevice?,
        limits: MediaLimits
    ) throws(ShotlistError) {
        self.path = path
        self.limits = limits
        self.timeline = timeline
        self.wanted = wanted
        cursor = try FrameCursor.open(
            path: path, timeline: timeline, wanted: wanted, threads: threads, device: device, limits: limits)
    }

    /// Packets given to decoders so far.
    var packets: Int { earlierPackets + cursor.packets }

    /// The next frame that can be decoded, in order of presentation; nil at the end.
    func next() throws(ShotlistError) -> FrameCursor.Found? {
        let found = try cursor.next()
        guard !isReopened else { return found }
        note(found)
        if cursor.damage > expectedDamage { return try reopened() }
        if let found { last = found.index }
        return found
    }

    /// Tells what is missing before the key frame, at which reading began, from damage.
    private func note(_ found: FrameCursor.Found?) {
        guard !isPastKey, let found else { return }
        isPastKey = found.index >= cursor.keyPlace
        if !isPastKey || !found.frame.isDamaged { expectedDamage = cursor.damage }
    }

    /// The first frame after the last that was given, of the file as one thread decodes it.
    private func reopened() throws(ShotlistError) -> FrameCursor.Found? {
        isReopened = true
        earlierPackets += cursor.packets
        let start = last >= 0 ? last : max(0, cursor.keyPlace - 1)
        cursor = try FrameCursor.open(
            path: path, timeline: timeline, wanted: wanted.filter { $0 > last }, startingAt: start, threads: 1,
            device: nil, limits: limits)
        while let found = try cursor.next() {
            // Going back to a key frame gives some again.
            if found.index > last { return found }
        }
        return nil
    }
}
