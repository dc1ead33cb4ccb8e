internal import CLibAV
import ShotlistCore

/// An mp4 file in the making that is given a clip's frames one after another, encodes each with the time that it has in
/// the source, and has the sound of the same span.
///
/// Not for use by two threads at once.
final class ClipTranscoder {
    private let path: String
    private let timeline: FrameTimeline
    private let frames: Range<Int>
    private let fitter: PictureFitter
    private let encoding: PictureEncoder
    private let output: OutputFile
    private let target: Int
    private let sound: AudioCopier?
    private let packet: Packet
    private var expected: Int
    private var warnings: [String: String]

    /// Begins `output` for `frames` of the video that `cursor` reads.
    init(
        _ frames: Range<Int>, of cursor: FrameCursor, timeline: FrameTimeline, rate: Double, encoder: ClipEncoder,
        threads: Int, to output: OutputFile
    ) throws(ShotlistError) {
        path = cursor.input.path
        self.timeline = timeline
        self.frames = frames
        self.output = output
        expected = frames.lowerBound
        packet = try Packet()
        let source = cursor.input.video.pointee.codecpar.pointee
        let orientation = cursor.orientation
        fitter = PictureFitter(
            stored: PixelSize(width: Int(source.width), height: Int(source.height)), orientation: orientation)
        var settings = PictureEncoder.Settings(size: fitter.size, timeBase: timeline.timeBase, rate: rate)
        settings.take(from: cursor)
        encoding = try PictureEncoder(encoder, settings, threads: threads, path: path)
        target = try output.addEncoded(encoding)
        let span = timeline.timestamps[frames.lowerBound]...timeline.end(of: frames)
        let added = try AudioCopier.add(path, span: span, limits: cursor.input.limits, to: output)
        sound = added.copier
        warnings = added.warning.map { ["audio": $0] } ?? [:]
        try output.begin()
    }

    /// Whether all frames have come.
    var isComplete: Bool { expected == frames.upperBound }

    /// Encodes a frame, if it is the next of the clip; those before the clip's first are passed over.
    ///
    /// - Throws: ``ShotlistError`` (`missing_frames`) when a frame before it has not come.
    func take(_ found: FrameCursor.Found) throws(ShotlistError) {
        guard !isComplete, found.index >= expected else { return }
        guard found.index == expected else { throw missing }
        // The picture's own size and time are changed, which others look at.
        let picture = try fitter.fit(try found.frame.sharingPixels())
        picture.pointer.pointee.pts = timeline.timestamps[found.index] - timeline.timestamps[frames.lowerBound]
        try encoding.encode(picture, into: packet, take: write)
        expected += 1
        MediaProgress.step()
    }

    /// Encodes what the encoder still holds and ends the file.
    ///
    /// - Returns: warnings by short name.
    /// - Throws: ``ShotlistError`` (`missing_frames`) when not all frames have come.
    func finish() throws(ShotlistError) -> [String: String] {
        guard isComplete else { throw missing }
        try encoding.encode(nil, into: packet, take: write)
        try sound?.advance(to: .infinity)
        _ = try output.finish()
        return warnings
    }

    private func write() throws(ShotlistError) {
        let base = AVRational(num: Int32(timeline.timeBase.numerator), den: Int32(timeline.timeBase.denominator))
        packet.pointer.pointee.duration = duration(of: packet.pointer.pointee.pts)
        try sound?.advance(to: Double(packet.pointer.pointee.dts) * av_q2d(base))
        try output.write(packet, to: target, timeBase: base)
    }

    /// How long the frame at `time` of the clip is shown.
    private func duration(of time: Int64) -> Int64 {
        let time = time + timeline.timestamps[frames.lowerBound]
        guard let index = timeline.index(of: time), index + 1 < timeline.count else {
            return max(1, timeline.end(of: frames) - time)
        }
        return max(1, timeline.timestamps[index + 1] - time)
    }

    private var missing: ShotlistError {
        ShotlistError(
            .missingFrames, "The video \(path) is damaged: its frame \(expected) cannot be decoded.",
            remedy: "Repair the file or leave it out; clips before and after the damage are not affected.")
    }
}

extension PictureEncoder.Settings {
    /// Takes what a file says of its pictures: colours, and the shape of a pixel.
    mutating func take(from cursor: FrameCursor) {
        colours = ToneMapping.colours(of: cursor.input.video.pointee.codecpar.pointee)
        let ratio = cursor.input.pixelRatio
        pixelRatio = cursor.orientation.transposed ? AVRational(num: ratio.den, den: max(1, ratio.num)) : ratio
        if ratio.num == 0 { pixelRatio = AVRational(num: 0, den: 1) }
    }
}
