internal import CLibAV
import ShotlistCore

/// Decodes a run of frames and encodes exactly these, each with the time it has in the source.
enum Transcoder {
    /// Writes `frames` of the video at `path` and the sound of the same span to `output`.
    ///
    /// - Parameter progress: called before every frame; it throws to stop.
    /// - Returns: warnings by short name.
    static func write(
        _ frames: Range<Int>, of path: String, timeline: FrameTimeline, rate: Double, encoder: ClipEncoder,
        threads: Int, to output: OutputFile, progress: () throws(ShotlistError) -> Void
    ) throws(ShotlistError) -> [String: String] {
        let cursor = try FrameCursor.open(path: path, timeline: timeline, wanted: Set(frames), threads: threads)
        let source = cursor.input.video.pointee.codecpar.pointee
        let orientation = cursor.orientation
        let fitter = PictureFitter(
            stored: PixelSize(width: Int(source.width), height: Int(source.height)), orientation: orientation)
        var settings = PictureEncoder.Settings(size: fitter.size, timeBase: timeline.timeBase, rate: rate)
        settings.colours = source
        let ratio = source.sample_aspect_ratio
        settings.pixelRatio = orientation.transposed ? AVRational(num: ratio.den, den: max(1, ratio.num)) : ratio
        if ratio.num == 0 { settings.pixelRatio = AVRational(num: 0, den: 1) }
        let encoding = try PictureEncoder(encoder, settings, threads: threads, path: path)
        let target = try output.addEncoded(encoding)
        let first = timeline.timestamps[frames.lowerBound]
        let end = timeline.end(of: frames)
        let sound = try AudioCopier.add(path, span: first...end, to: output)
        try output.begin()

        let base = AVRational(num: Int32(timeline.timeBase.numerator), den: Int32(timeline.timeBase.denominator))
        let packet = try Packet()
        let take = { () throws(ShotlistError) in
            let time = packet.pointer.pointee.pts
            packet.pointer.pointee.duration = duration(of: time + first, timeline, end: end)
            try sound.copier?.advance(to: Double(packet.pointer.pointee.dts) * av_q2d(base))
            try output.write(packet, to: target, timeBase: base)
        }
        var expected = frames.lowerBound
        while expected < frames.upperBound, let found = try cursor.next() {
            try progress()
            guard found.index >= expected else { continue }
            guard found.index == expected else { break }
            let picture = try fitter.fit(found.frame)
            picture.pointer.pointee.pts = timeline.timestamps[found.index] - first
            try encoding.encode(picture, into: packet, take: take)
            expected += 1
        }
        guard expected == frames.upperBound else {
            throw ShotlistError(
                .missingFrames, "The video \(path) is damaged: its frame \(expected) cannot be decoded.",
                remedy: "Repair the file or leave it out; clips before and after the damage are not affected.")
        }
        try encoding.encode(nil, into: packet, take: take)
        try sound.copier?.advance(to: .infinity)
        return sound.warning.map { ["audio": $0] } ?? [:]
    }

    /// How long the frame at `time` is shown.
    private static func duration(of time: Int64, _ timeline: FrameTimeline, end: Int64) -> Int64 {
        guard let index = timeline.index(of: time), index + 1 < timeline.count else { return max(1, end - time) }
        return max(1, timeline.timestamps[index + 1] - time)
    }
}
