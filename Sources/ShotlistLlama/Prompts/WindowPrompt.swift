import ShotlistCore

/// A window as the model reads it: text and frames in turn, each token with its position.
package struct WindowPrompt: Sendable {
    /// A piece of a prompt.
    package enum Part: Sendable {
        /// Tokens of text, from a position on.
        case text([Int32], at: Int)
        /// Frames that the vision tower encodes together.
        case frames(FrameBlock)
    }

    /// Its pieces, in order.
    package var parts: [Part]
    /// The position of the answer's first token.
    package var next: Int
    /// Tokens of text at the beginning that are the same in all windows.
    var opening = 0

    /// A prompt of parts.
    package init(parts: [Part], next: Int, opening: Int = 0) {
        self.parts = parts
        self.next = next
        self.opening = opening
    }

    /// Tokens of the video.
    package var visionTokenCount: Int {
        parts.reduce(0) { count, part in
            if case .frames(let block) = part { count + block.positions.count } else { count }
        }
    }

    /// What the vision tower encodes, in order.
    var blocks: [FrameBlock] {
        parts.compactMap { part in
            if case .frames(let block) = part { block } else { nil }
        }
    }

    /// Tokens of the text after the video.
    var questionCount: Int {
        if case .text(let tokens, _)? = parts.last { tokens.count } else { 0 }
    }

    /// Tokens of text.
    package var textTokens: [Int32] {
        parts.flatMap { part in
            if case .text(let tokens, _) = part { tokens } else { [Int32]() }
        }
    }

    /// The size of the largest frame, nil when there is none.
    var largestFrame: PixelSize? {
        let sizes = parts.compactMap { part in
            if case .frames(let block) = part { block.frames.first?.size } else { nil }
        }
        return sizes.max { $0.area < $1.area }
    }

    /// All tokens, the video's included.
    package var tokenCount: Int { textTokens.count + visionTokenCount }
}

/// One frame or two, and where the tokens stand that the vision tower makes of them.
package struct FrameBlock: Sendable {
    /// The frames, all of one size.
    package var frames: [RGBFrame]
    /// The position of each token, in the order in which the vision tower gives them.
    package var positions: [TokenPosition]

    /// Makes a block.
    package init(frames: [RGBFrame], positions: [TokenPosition]) {
        self.frames = frames
        self.positions = positions
    }
}

/// What a prompt is laid out from.
package struct WindowContent: Sendable {
    /// At least one frame, all of one size, at the model's size.
    package var frames: [RGBFrame]
    /// The source frame of each, counted from the window's first.
    package var frameIndices: [Int]
    /// Frames shown for each second of video, above 0.
    package var effectiveFPS: Double
    /// Source frames a second, above 0.
    package var videoFPS: Double
    /// The user's words.
    package var prompt: String

    /// Gathers a window's content.
    package init(
        frames: [RGBFrame], frameIndices: [Int], effectiveFPS: Double, videoFPS: Double, prompt: String
    ) {
        self.frames = frames
        self.frameIndices = frameIndices
        self.effectiveFPS = effectiveFPS
        self.videoFPS = videoFPS
        self.prompt = prompt
    }

    /// A window as an engine is asked about it.
    init(_ input: WindowInput) {
        let first = input.frameIndices.first ?? 0
        self.init(
            frames: input.modelFrames, frameIndices: input.frameIndices.map { $0 - first },
            effectiveFPS: input.effectiveFPS, videoFPS: input.videoFPS, prompt: input.prompt.text)
    }

    /// The size of the frames, after checks that hold for every family.
    ///
    /// - Throws: ``ShotlistError`` (`engine_failed`) for frames that cannot be cut into tokens of `side` pixels.
    func checkedSize(tokenSide side: Int) throws(ShotlistError) -> PixelSize {
        guard let size = frames.first?.size, frames.allSatisfy({ $0.size == size }) else {
            throw ShotlistError(.engineFailed, "A window's frames are missing or not of one size.")
        }
        guard size.width % side == 0, size.height % side == 0 else {
            throw ShotlistError(
                .engineFailed, "A frame of \(size) cannot be cut into tokens of \(side) by \(side) pixels.",
                remedy: "Let the preparation stage resize the frames.")
        }
        guard effectiveFPS > 0, effectiveFPS.isFinite, videoFPS > 0, videoFPS.isFinite else {
            throw ShotlistError(
                .engineFailed, "A window is shown at \(effectiveFPS) of \(videoFPS) frames a second.")
        }
        return size
    }
}
