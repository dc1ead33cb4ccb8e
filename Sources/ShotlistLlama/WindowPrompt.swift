import ShotlistCore
import ShotlistEngines

/// A window as the model reads it: text, the frames in pairs, text.
package struct WindowPrompt: Sendable {
    /// The frames in pairs, each side a multiple of 28.
    package var pairs: [(first: RGBFrame, second: RGBFrame)]
    /// Tokens up to and including the one that opens the video; their positions start at 0.
    package let before: [Int32]
    /// Where the video's tokens stand, and where `after` starts.
    package var positions: VideoPositions
    /// Tokens from the one that closes the video to where the answer begins.
    package let after: [Int32]

    /// All tokens, the video's included.
    package var tokenCount: Int { before.count + positions.tokenCount + after.count }

    /// Lays out a window.
    ///
    /// - Parameters:
    ///   - frames: at least one; the last is shown twice when their number is odd, as the model's processor does.
    ///   - effectiveFPS: frames shown for each second of video, above 0.
    ///   - layout: the words around them.
    ///   - model: whose vocabulary is used.
    /// - Throws: ``ShotlistError`` (`engine_failed`) for frames that no model of this family can be shown.
    init(frames: [RGBFrame], effectiveFPS: Double, layout: QwenVLLayout, model: LlamaModel) throws {
        guard let size = frames.first?.size, frames.allSatisfy({ $0.size == size }) else {
            throw ShotlistError(.engineFailed, "A window's frames are missing or not of one size.")
        }
        guard size.width % Projector.tokenSide == 0, size.height % Projector.tokenSide == 0 else {
            throw ShotlistError(
                .engineFailed, "A frame of \(size) cannot be cut into tokens of 28 by 28 pixels.",
                remedy: "Let the preparation stage resize the frames.")
        }
        guard effectiveFPS > 0, effectiveFPS.isFinite else {
            throw ShotlistError(.engineFailed, "A window is shown at \(effectiveFPS) frames a second.")
        }
        pairs = stride(from: 0, to: frames.count, by: 2).map {
            (frames[$0], frames[min($0 + 1, frames.count - 1)])
        }
        before = try model.tokens(of: layout.beforeVideo, special: true)
        after =
            try model.tokens(of: layout.afterVideo, special: true)
            + model.tokens(of: layout.prompt, special: false)
            + model.tokens(of: layout.afterPrompt, special: true)
        positions = VideoPositions(
            base: before.count, pairs: pairs.count, rows: size.height / Projector.tokenSide,
            columns: size.width / Projector.tokenSide, effectiveFPS: effectiveFPS)
    }
}
