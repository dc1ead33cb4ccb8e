import Foundation
import ShotlistCore

/// What a server must be told of the frames, or it guesses.
///
/// vLLM 0.33.0 keeps the first 32 of frames sent as JPEG and takes them for one a second. It reckons the seconds between two
/// pairs as `2 / (number of indices / total_num_frames * fps)`, so that `fps` is the source's: the sampling rate would be
/// wrong by the sampling factor.
struct VideoFacts: Sendable, Hashable {
    /// Source frames a second.
    let fps: Double
    /// The source frames that are sent, counted from the window's first.
    let frameIndices: [Int]
    /// Source frames of the window.
    let totalFrames: Int

    /// What is known of a window's frames. A window's first and last frame are always among those that are shown.
    init(_ input: WindowInput) {
        let first = input.frameIndices.first ?? 0
        fps = input.videoFPS
        frameIndices = input.frameIndices.map { $0 - first }
        totalFrames = (frameIndices.last ?? 0) + 1
    }

    /// Seconds of the window.
    var duration: Double { Double(totalFrames) / fps }

    /// `media_io_kwargs` for frames sent as JPEG.
    var ofFrames: String {
        video([
            ("num_frames", "-1"), ("fps", JSONText.number(fps)),
            ("frames_indices", JSONText.array(frameIndices.map(String.init))),
            ("total_num_frames", "\(totalFrames)"), ("duration", JSONText.number(duration)),
            ("do_sample_frames", "false"),
        ])
    }

    /// `media_io_kwargs` for a file that the server samples by itself: how many frames, and a rate that
    /// gives no fewer.
    var ofFile: String {
        video([("num_frames", "\(frameIndices.count)"), ("fps", JSONText.number(effectiveFPS))])
    }

    /// The rate of half a frame more than are shown: a server multiplies it by the duration that it reads in the file, which
    /// may be a little shorter or longer, and rounds down.
    private var effectiveFPS: Double { (Double(frameIndices.count) + 0.5) / duration }

    private func video(_ facts: [(String, String)]) -> String {
        JSONText.object([("video", JSONText.object(facts))])
    }

    /// A name for frames that is the same whenever all is the same that the server makes of them.
    ///
    /// The pictures are known by their hash already, and the files' lengths tell one quality from another: to read the
    /// files again, for each question, would cost a fifth of what sending them does.
    static func mediaID(of files: [any EncodedFile], showing input: WindowInput, facts: String) -> String {
        let lengths = files.map { "\($0.count)" }.joined(separator: ",")
        let hash = input.encoded?.filesHash ?? input.contentHash
        return String(ContentHash.sha256("\(hash) \(lengths) \(facts)").prefix(32))
    }
}
