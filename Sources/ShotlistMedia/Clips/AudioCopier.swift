internal import CLibAV
import ShotlistCore

/// Copies the sound that belongs to a span of a video, packet by packet.
///
/// It reads the file a second time, so that sound and picture can be written side by side whatever way the file
/// keeps them. Not for use by two threads at once.
final class AudioCopier {
    private let file: InputFile
    private let source: Int
    private let target: Int
    private let output: OutputFile
    private let packet: Packet
    private let start: Int64
    private let end: Int64
    private var isAtEnd = false
    private var holdsPacket = false

    private init(
        file: InputFile, source: Int, output: OutputFile, target: Int, span: ClosedRange<Int64>
    ) throws(ShotlistError) {
        self.file = file
        self.source = source
        self.output = output
        self.target = target
        packet = try Packet()
        let video = file.video.pointee.time_base
        let audio = file.stream(source).pointee.time_base
        start = av_rescale_q(span.lowerBound, video, audio)
        end = av_rescale_q(span.upperBound, video, audio)
    }

    /// Adds the sound of `path` to `output` before its header is written.
    ///
    /// - Parameters:
    ///   - span: from where to where, in units of the video stream's time base; `span.lowerBound` becomes 0.
    ///   - limits: what the file may ask for at most.
    /// - Returns: nil where there is no sound, or where mp4 cannot hold it: then with a sentence that says so.
    static func add(
        _ path: String, span: ClosedRange<Int64>, limits: MediaLimits, to output: OutputFile
    ) throws(ShotlistError) -> (copier: AudioCopier?, warning: String?) {
        let file = try InputFile(path: path, limits: limits, withAudio: true)
        guard let source = file.audioIndex else { return (nil, nil) }
        let codec = file.stream(source).pointee.codecpar.pointee.codec_id
        guard OutputFile.holds(codec) else {
            let name = String(cString: avcodec_get_name(codec))
            return (nil, "The sound of \(path) is left out: mp4 cannot hold its codec '\(name)'.")
        }
        file.video.pointee.discard = AVDISCARD_ALL
        let target = try output.addCopy(of: file.stream(source))
        let copier = try AudioCopier(file: file, source: source, output: output, target: target, span: span)
        // Where the container cannot seek, reading begins at its first packet.
        _ = av_seek_frame(file.context, Int32(source), copier.start, AVSEEK_FLAG_BACKWARD)
        return (copier, nil)
    }

    /// Writes the sound up to `seconds` from the span's beginning.
    func advance(to seconds: Double) throws(ShotlistError) {
        let base = file.stream(source).pointee.time_base
        let goal = Int64(clamping: seconds * Double(base.den) / Double(base.num))
        while !isAtEnd {
            if !holdsPacket {
                guard file.read(into: packet) else {
                    isAtEnd = true
                    return
                }
                guard packet.streamIndex == source, let pts = packet.pts else { continue }
                if pts >= end { isAtEnd = true }
                guard !isAtEnd, pts.adding(max(1, packet.pointer.pointee.duration)) > start else { continue }
                packet.pointer.pointee.pts = pts.subtracting(start)
                packet.pointer.pointee.dts = (packet.dts ?? pts).subtracting(start)
                holdsPacket = true
            }
            guard packet.pointer.pointee.pts <= goal else { return }
            try output.write(packet, to: target, timeBase: base)
            holdsPacket = false
        }
    }
}

extension Int64 {
    /// The nearest value to a number that may be out of range or infinite.
    fileprivate init(clamping value: Double) {
        self = value >= 9e18 ? .max : value <= -9e18 ? .min : value.isNaN ? 0 : Int64(value)
    }
}
