internal import CLibAV
import Foundation
import ShotlistCore

/// Makes clips again: with other frames, another frame rate, another size.
public enum ClipRemaker {
    /// Writes chosen frames of the video at `path`, and its sound of the time that they take, as mp4.
    ///
    /// Pictures are turned upright, in 8-bit 4:2:0 of standard range, as ``ClipCutter`` makes them, before they are
    /// scaled and cut. Sound is copied; where mp4 cannot hold it, it is left out with the warning `audio`.
    ///
    /// - Parameters:
    ///   - path: the video file.
    ///   - metadata: what ``MediaProbe`` told of it.
    ///   - timeline: when its frames are shown.
    ///   - frames: the frames to show, counted from the file's first; ascending, not empty. Without a rate none comes
    ///     twice.
    ///   - form: how the clip is to look.
    ///   - encoder: how it is encoded; ``ClipEncoder/copy`` has no place here.
    ///   - threads: threads to decode and encode with, at least 1. The bytes may depend on it.
    ///   - limits: what the file may ask for at most.
    ///   - isCancelled: asked before every frame; true ends the work.
    ///   - destination: the file to write. When this throws, it is removed.
    /// - Returns: the written file, after counting its frames.
    /// - Throws: ``ShotlistError``: `encode_failed`, `missing_frames`, `write_failed`, `disk_full`, `output_invalid`,
    ///   `cancelled`.
    public static func write(
        source path: String, metadata: VideoMetadata, timeline: FrameTimeline, frames: [Int], form: ClipForm,
        encoder: ClipEncoder, threads: Int, limits: MediaLimits = MediaLimits(),
        isCancelled: @escaping @Sendable () -> Bool, to destination: URL
    ) throws(ShotlistError) -> EncodedClip {
        precondition(encoder != .copy, "packets are copied without decoding")
        precondition(
            !frames.isEmpty && frames.allSatisfy { (0..<timeline.count).contains($0) },
            "a clip has frames of its source")
        do throws(ShotlistError) {
            let source = try FrameSource(
                path: path, timeline: timeline, wanted: Set(frames), threads: max(1, threads), device: nil,
                limits: limits)
            let remaking = try ClipRemaking(
                source, path: path, frames: frames, times: OutputTimes(of: frames, timeline, rate: form.rate),
                rate: form.rate.map(Double.init) ?? metadata.framerate, form: form, encoder: encoder,
                threads: max(1, threads), to: destination)
            let warnings = try remaking.run { () throws(ShotlistError) in try ClipCutter.check(isCancelled, path) }
            return try ClipCutter.checked(
                destination, source: path, frames: frames.count, limits: limits, warnings: warnings)
        } catch {
            ClipCutter.removePart(destination.path)
            throw error
        }
    }
}

/// A clip that is being made again; for one thread.
private final class ClipRemaking {
    private let source: FrameSource
    private let path: String
    private let frames: [Int]
    private let times: OutputTimes
    private let fitter: PictureFitter
    private let crop: PictureCrop
    private let scaler: PictureScaler?
    private let encoding: PictureEncoder
    private let output: OutputFile
    private let target: Int
    private let sound: AudioCopier?
    private let warnings: [String: String]
    private let packet: Packet

    init(
        _ source: FrameSource, path: String, frames: [Int], times: OutputTimes, rate: Double, form: ClipForm,
        encoder: ClipEncoder, threads: Int, to destination: URL
    ) throws(ShotlistError) {
        self.source = source
        self.path = path
        self.frames = frames
        self.times = times
        packet = try Packet()
        let cursor = source.cursor
        let parameters = cursor.input.video.pointee.codecpar.pointee
        fitter = PictureFitter(
            stored: PixelSize(width: Int(parameters.width), height: Int(parameters.height)),
            orientation: cursor.orientation)
        crop = form.crop(from: fitter.size, cursor.input.shownPixels(cursor.orientation))
        let size = form.size ?? fitter.size
        scaler = size == crop.size ? nil : PictureScaler(to: size)
        var settings = PictureEncoder.Settings(size: size, timeBase: times.timeBase, rate: rate)
        settings.take(from: cursor)
        if form.size != nil, form.isScaled { settings.pixelRatio = AVRational(num: 1, den: 1) }
        encoding = try PictureEncoder(encoder, settings, threads: threads, path: path)
        output = try OutputFile(.file(destination.path), name: destination.path)
        target = try output.addEncoded(encoding)
        let added = try AudioCopier.add(path, span: times.span, limits: cursor.input.limits, to: output)
        sound = added.copier
        warnings = added.warning.map { ["audio": $0] } ?? [:]
        try output.begin()
    }

    /// Encodes all frames and ends the file.
    ///
    /// - Returns: warnings by short name.
    func run(check: () throws(ShotlistError) -> Void) throws(ShotlistError) -> [String: String] {
        var next = 0
        while next < frames.count {
            try check()
            guard let found = try source.next(), found.index <= frames[next] else { throw missing(frames[next]) }
            guard found.index == frames[next] else { continue }
            let picture = try shown(found.frame)
            while next < frames.count, frames[next] == found.index {
                // The encoder keeps what it is given: one that comes again is another frame of the same pixels.
                let frame = try picture.sharingPixels()
                frame.pointer.pointee.pts = times.starts[next]
                try encoding.encode(frame, into: packet, take: write)
                next += 1
            }
            MediaProgress.step()
        }
        try encoding.encode(nil, into: packet, take: write)
        try sound?.advance(to: .infinity)
        _ = try output.finish()
        return warnings
    }

    /// A frame upright, cut and scaled.
    private func shown(_ frame: DecodedFrame) throws(ShotlistError) -> DecodedFrame {
        // The picture's own size and place are changed, which others look at.
        let picture = try fitter.fit(try frame.sharingPixels())
        let pointer = picture.pointer
        pointer.pointee.crop_left = crop.left
        pointer.pointee.crop_top = crop.top
        pointer.pointee.crop_right = Int(pointer.pointee.width) - crop.left - crop.size.width
        pointer.pointee.crop_bottom = Int(pointer.pointee.height) - crop.top - crop.size.height
        let status = av_frame_apply_cropping(pointer, Int32(AV_FRAME_CROP_UNALIGNED))
        try LibAVStatus.check(status, .encodeFailed, "A clip of \(path) cannot be cut to \(crop.size)")
        return try scaler?.scaled(picture) ?? picture
    }

    private func write() throws(ShotlistError) {
        let base = AVRational(num: Int32(times.timeBase.numerator), den: Int32(times.timeBase.denominator))
        packet.pointer.pointee.duration = times.duration(at: packet.pointer.pointee.pts)
        try sound?.advance(to: Double(packet.pointer.pointee.dts) * av_q2d(base))
        try output.write(packet, to: target, timeBase: base)
    }

    private func missing(_ frame: Int) -> ShotlistError {
        ShotlistError(
            .missingFrames, "The video \(path) is damaged: its frame \(frame) cannot be decoded.",
            remedy: "Repair the file or leave it out.")
    }
}
