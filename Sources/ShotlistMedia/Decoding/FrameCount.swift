internal import CLibAV
import ShotlistCore

/// Numbers frames of files that keep no times of presentation by counting what the decoder gives.
///
/// A packet that cannot be decoded gives no frame, and those after it would count one too few: from damage to the next
/// key frame no frame has a number. A key frame's number is its place in the file, and one more for each picture that
/// comes after it in the file and is shown before it.
struct FrameCount {
    /// The times of decoding of the frames since the last key frame.
    private var decoded: [Int64] = []
    private var damage = 0
    private var isCertain = true

    /// The number of the next frame; nil where it is not certain.
    ///
    /// - Parameters:
    ///   - expected: one more than the frame before has.
    ///   - damage: what the decoder could not decode so far.
    mutating func place(
        of frame: DecodedFrame, expected: Int, timeline: FrameTimeline, damage: Int
    ) -> Int? {
        if damage > self.damage { isCertain = false }
        self.damage = damage
        let time = frame.pointer.pointee.reordered_opaque
        guard frame.pointer.pointee.key_frame != 0 else {
            decoded.append(time)
            return isCertain ? expected : nil
        }
        defer { decoded = [] }
        if isCertain { return expected }
        guard let place = timeline.index(of: time) else { return nil }
        isCertain = true
        return place + decoded.filter { $0 > time }.count
    }
}
