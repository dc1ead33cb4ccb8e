internal import CWebP
import Dispatch
import Foundation
import ShotlistCore
import Synchronization

/// Draws previews: animated WebP files, encoded in this process.
public enum WebPEncoder {
    /// An endlessly looping animation of `preview`.
    ///
    /// Each frame is encoded by itself, as FFmpeg's `libwebp` with the same quality and method does; frames that
    /// repeat the one before are not stored again. It blocks while it encodes.
    ///
    /// - Parameters:
    ///   - quality: 0 (smallest) to 100 (best); for lossless files, the effort.
    ///   - compressionLevel: 0 is lossless, 1 (fastest) to 6 (smallest) are lossy with that method of libwebp.
    ///   - threads: frames to encode at the same time, at least 1.
    /// - Throws: ``ShotlistError``: `invalid_argument`; `preview_failed` with libwebp's reason.
    public static func encode(
        _ preview: PreviewFrames, quality: Int, compressionLevel: Int, threads: Int
    ) throws(ShotlistError) -> Data {
        guard 0...100 ~= quality, 0...6 ~= compressionLevel else {
            throw ShotlistError(
                .invalidArgument,
                "A preview of quality \(quality) and compression level \(compressionLevel) cannot be drawn.",
                remedy: "Give a quality from 0 to 100 and a level from 0 to 6.")
        }
        let frames = merged(preview)
        guard let size = frames.first?.frame.size, frames.allSatisfy({ $0.frame.size == size }) else {
            throw failure("there is no frame, or frames have different sizes")
        }
        let settings = WebPStill.Settings(quality: quality, compressionLevel: compressionLevel)
        let pictures = try encodeAll(frames.map(\.frame), settings, threads: threads)
        return try assemble(pictures, durations: frames.map(\.duration))
    }

    /// The version of libwebp, such as `1.2.4`.
    public static var libraryVersion: String {
        let version = WebPGetEncoderVersion()
        return "\(version >> 16).\(version >> 8 & 255).\(version & 255)"
    }

    static func failure(_ reason: String) -> ShotlistError {
        ShotlistError(
            .previewFailed, "The preview could not be drawn: \(reason).",
            remedy: "Draw it again with `shotlist preview`; the captions are not touched by this.")
    }

    /// Frames with their durations in milliseconds, repetitions joined to the frame they repeat.
    private static func merged(_ preview: PreviewFrames) -> [(frame: PreviewPicture, duration: Int)] {
        var merged: [(frame: PreviewPicture, duration: Int)] = []
        for (frame, duration) in zip(preview.frames, preview.durations) {
            if let last = merged.last, last.frame == frame {
                merged[merged.count - 1].duration += duration
            } else {
                merged.append((frame, duration))
            }
        }
        return merged
    }

    private static func encodeAll(
        _ frames: [PreviewPicture], _ settings: WebPStill.Settings, threads: Int
    ) throws(ShotlistError) -> [Data] {
        let workers = min(max(1, threads), frames.count)
        guard workers > 1 else {
            var pictures: [Data] = []
            for frame in frames { pictures.append(try WebPStill.encode(frame, settings)) }
            return pictures
        }
        let next = Atomic<Int>(0)
        let results = Mutex<[Int: Result<Data, ShotlistError>]>([:])
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < frames.count else { return }
                let result = Result { () throws(ShotlistError) in try WebPStill.encode(frames[index], settings) }
                results.withLock { $0[index] = result }
            }
        }
        var pictures: [Data] = []
        for (_, result) in results.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            pictures.append(try result.get())
        }
        return pictures
    }

    private static func assemble(_ pictures: [Data], durations: [Int]) throws(ShotlistError) -> Data {
        guard let mux = WebPMuxNew() else { throw failure("not enough memory") }
        defer { WebPMuxDelete(mux) }
        for (picture, duration) in zip(pictures, durations) {
            let status = picture.withUnsafeBytes { bytes in
                var info = WebPMuxFrameInfo()
                info.bitstream.bytes = bytes.bindMemory(to: UInt8.self).baseAddress
                info.bitstream.size = bytes.count
                info.id = WEBP_CHUNK_ANMF
                info.duration = Int32(clamping: min(duration, 1 << 24 - 1))
                info.dispose_method = WEBP_MUX_DISPOSE_NONE
                info.blend_method = WEBP_MUX_NO_BLEND
                return WebPMuxPushFrame(mux, &info, 1)
            }
            guard status == WEBP_MUX_OK else { throw failure("a frame was not taken (\(status.rawValue))") }
        }
        var parameters = WebPMuxAnimParams(bgcolor: 0xFF00_0000, loop_count: 0)
        guard WebPMuxSetAnimationParams(mux, &parameters) == WEBP_MUX_OK else { throw failure("the loop was not set") }
        var assembled = WebPData()
        WebPDataInit(&assembled)
        defer { WebPDataClear(&assembled) }
        guard WebPMuxAssemble(mux, &assembled) == WEBP_MUX_OK, let bytes = assembled.bytes else {
            throw failure("the frames could not be put together")
        }
        return Data(bytes: bytes, count: assembled.size)
    }
}
