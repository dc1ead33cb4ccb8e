internal import CLibAV
import ShotlistCore

/// Copies the packets that show a run of frames, from the key frame they hang on to the last packet they need.
///
/// Not for use by two threads at once.
final class PacketCopier {
    /// More pictures than any codec keeps back.
    private static let mostLate = 1000
    private let frames: Range<Int>
    private let timeline: FrameTimeline
    private let file: InputFile
    private let packet: Packet
    /// When the key frame is shown at which copying begins.
    private let key: Int64

    /// Goes to the key frame from which the first of `frames` can be decoded.
    ///
    /// - Throws: ``ShotlistError`` (`encode_failed`) where there is none, or where mp4 cannot hold the packets.
    init(
        _ frames: Range<Int>, of path: String, timeline: FrameTimeline, limits: MediaLimits
    ) throws(ShotlistError) {
        self.frames = frames
        self.timeline = timeline
        packet = try Packet()
        let first = timeline.timestamps[frames.lowerBound]
        var opened = try InputFile(path: path, limits: limits)
        guard !opened.countsFrames else { throw Self.uncuttable(path, "its container keeps no presentation times") }
        var found = Self.keyFrame(in: opened, before: frames.lowerBound > 0 ? first : nil, packet: packet)
        if found.map({ $0 > first }) ?? true || (frames.lowerBound > 0 && !opened.beginsAnew(packet)) {
            // Not every picture that is marked as a key frame can be decoded alone: decoding tells from where the first
            // frame really comes out.
            let sought = try FrameCursor.open(
                path: path, timeline: timeline, wanted: [frames.lowerBound], threads: 1, device: nil,
                limits: limits
            ).soughtTime
            opened = try InputFile(path: path, limits: limits)
            found = Self.keyFrame(in: opened, before: sought, packet: packet)
        }
        guard let found, found <= first else { throw Self.uncuttable(path, "no key frame is found before the cut") }
        file = opened
        key = found
        let codec = stream.pointee.codecpar.pointee.codec_id
        guard OutputFile.holds(codec) else {
            throw Self.uncuttable(path, "mp4 cannot hold its codec '\(String(cString: avcodec_get_name(codec)))'")
        }
    }

    /// Leaves the key frame at or before `time` in the packet, or the file's first where that is nil, and gives its
    /// time.
    private static func keyFrame(in file: InputFile, before time: Int64?, packet: Packet) -> Int64? {
        if let time, !file.seek(to: time) { return nil }
        return file.readToKey(into: packet) ? packet.pts ?? .max : nil
    }

    /// The stream whose packets are copied.
    var stream: UnsafeMutablePointer<AVStream> { file.video }

    /// Writes the packets to stream `target` of `output`, whose header is written.
    ///
    /// The first frame gets the time 0; frames before it, down to the key frame, get negative times, which the mp4
    /// muxer hides by an edit list.
    ///
    /// - Parameter progress: called before each packet with its time in seconds; it throws to stop.
    /// - Returns: whether packets of later frames had to be written too, which must be hidden.
    func copy(
        to output: OutputFile, target: Int, progress: (Double) throws(ShotlistError) -> Void
    ) throws(ShotlistError) -> Bool {
        let first = timeline.timestamps[frames.lowerBound]
        let end = timeline.end(of: frames)
        let step = max(1, (timeline.timestamps[timeline.count - 1] - timeline.timestamps[0]) / Int64(timeline.count))
        var previous = key - first - step * Int64(stream.pointee.codecpar.pointee.video_delay + 1)
        var left = Set(frames)
        // Frames may share a time; each packet is another of them.
        var seen: [Int64: Int] = [:]
        var reachesPastEnd = false
        // Packets in a row of later frames: where a frame of the clip does not come, not all of the file is copied.
        var late = 0
        repeat {
            // Pictures that follow the key frame but are shown before it refer to what is not copied.
            guard packet.streamIndex == file.videoIndex, let pts = packet.pts, pts >= key else { continue }
            if let index = timeline.index(of: pts) {
                left.remove(index + seen[pts, default: 0])
                seen[pts, default: 0] += 1
            }
            late = pts >= end ? late + 1 : 0
            if pts >= end { reachesPastEnd = true }
            packet.pointer.pointee.pts = pts - first
            // Matroska keeps no decoding times, and libav guesses none for the first packets after a seek.
            packet.pointer.pointee.dts = max(previous.adding(1), packet.dts.map { $0 - first } ?? .min)
            previous = packet.pointer.pointee.dts
            // An edit list of the source may have hidden this frame; the new one decides anew.
            packet.pointer.pointee.flags &= ~AV_PKT_FLAG_DISCARD
            // Players begin at the last key frame before the edit; it must be the one that was chosen.
            if pts > key, pts <= first { packet.pointer.pointee.flags &= ~AV_PKT_FLAG_KEY }
            try progress(Double(pts - first) * av_q2d(stream.pointee.time_base))
            try output.write(packet, to: target, timeBase: stream.pointee.time_base)
        } while !left.isEmpty && late < Self.mostLate && file.read(into: packet)
        return reachesPastEnd
    }

    private static func uncuttable(_ path: String, _ reason: String) -> ShotlistError {
        ShotlistError(
            .encodeFailed, "The video \(path) cannot be cut without encoding: \(reason).",
            remedy: "Use the encoder libx264.")
    }
}

extension FrameTimeline {
    /// When the last of `frames` ends, in timestamp units.
    func end(of frames: Range<Int>) -> Int64 {
        frames.upperBound < count ? timestamps[frames.upperBound] : timestamps[count - 1] + lastDuration
    }
}
