import Foundation

/// What a model is shown of a window, and what is recorded of it.
public struct WindowInput: Sendable {
    /// The frames, in order: at the model's size, or at the source's when the engine does the resizing.
    public let frames: [PreparedFrame]
    /// The size at which the model sees each frame.
    public let resizedSize: PixelSize
    /// The source frames shown, counted from the clip's first.
    public let frameIndices: [Int]
    /// Frames shown for each second of the window: `frames / (window frames / video fps)`.
    public let effectiveFPS: Double
    /// Source frames a second, by which ``frameIndices`` become times.
    public let videoFPS: Double
    /// The prompt.
    public let prompt: Prompt
    /// The window as an mp4 file of its own, cut on packets when it is asked for; nil where there is none. It blocks.
    public var mp4Source: (@Sendable () throws -> Data)?
    /// What an engine made of the frames so that they take little room while they wait; ``frames`` is empty then.
    public var encoded: EncodedWindow?
    /// The ``Window/traceID`` of the window; nil for frames that belong to none.
    public var traceID: String?

    /// Makes an input from its parts.
    public init(
        frames: [PreparedFrame], resizedSize: PixelSize, frameIndices: [Int], effectiveFPS: Double,
        videoFPS: Double, prompt: Prompt, mp4Source: (@Sendable () throws -> Data)? = nil,
        encoded: EncodedWindow? = nil, traceID: String? = nil
    ) {
        self.traceID = traceID
        self.mp4Source = mp4Source
        self.encoded = encoded
        self.frames = frames
        self.resizedSize = resizedSize
        self.frameIndices = frameIndices
        self.effectiveFPS = effectiveFPS
        self.videoFPS = videoFPS
        self.prompt = prompt
    }

    /// The same frames with another prompt.
    public func asking(_ prompt: Prompt) -> WindowInput {
        WindowInput(
            frames: frames, resizedSize: resizedSize, frameIndices: frameIndices, effectiveFPS: effectiveFPS,
            videoFPS: videoFPS, prompt: prompt, mp4Source: mp4Source, encoded: encoded, traceID: traceID)
    }

    /// The same window with files in place of its frames.
    ///
    /// - Parameters:
    ///   - files: what the engine made of the frames.
    ///   - isSampledElsewhere: whether whoever reads the files picks the frames.
    ///   - filesHash: a hash of the files' bytes, where they hold more than the frames.
    public func encoded(
        as files: [any EncodedFile], isSampledElsewhere: Bool = false, filesHash: String? = nil
    ) -> WindowInput {
        WindowInput(
            frames: [], resizedSize: resizedSize, frameIndices: frameIndices, effectiveFPS: effectiveFPS,
            videoFPS: videoFPS, prompt: prompt, mp4Source: nil,
            encoded: EncodedWindow(
                files: files, contentHash: contentHash, isSampledElsewhere: isSampledElsewhere, filesHash: filesHash),
            traceID: traceID)
    }

    /// The frames as the model sees them: 8 bits, at ``resizedSize``. Frames that preparation left at the source's
    /// size are resized here, by the same rule, so the pixels are the same either way.
    public var modelFrames: [RGBFrame] {
        frames.map(asShown)
    }

    /// One frame as the model sees it.
    func asShown(_ frame: PreparedFrame) -> RGBFrame {
        frame.size == resizedSize ? frame.rgb : BicubicResize.resize(frame.rgb, to: resizedSize)
    }
}

/// A window's frames as files, and what is known of the frames that are gone.
public struct EncodedWindow: Sendable {
    /// The files: a picture each, or one video.
    public let files: [any EncodedFile]
    /// The ``WindowInput/contentHash`` of the frames.
    public let contentHash: String
    /// Whether whoever reads the files picks the frames, so that nobody here knows which are shown.
    public let isSampledElsewhere: Bool
    /// A hash of the files' bytes, where they hold more than the frames.
    public let filesHash: String?

    /// Makes it from its parts.
    public init(
        files: [any EncodedFile], contentHash: String, isSampledElsewhere: Bool = false, filesHash: String? = nil
    ) {
        self.filesHash = filesHash
        self.isSampledElsewhere = isSampledElsewhere
        self.files = files
        self.contentHash = contentHash
    }
}
