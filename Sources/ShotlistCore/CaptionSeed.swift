import Crypto

/// Seeds for drawing tokens that depend on what is asked about which pictures, and on nothing else: neither the order
/// of windows, nor a path, nor the time.
public struct CaptionSeed: Sendable, Hashable {
    private let text: String

    /// A seed for the questions about one window.
    ///
    /// - Parameters:
    ///   - seed: the run's seed.
    ///   - content: the window's ``WindowInput/contentHash``.
    public init(seed: Int, content: String) {
        text = "\(seed) \(content)"
    }

    /// The seed of one answer: the first 32 bits of the SHA-256 of
    /// `<seed> <content> <prompt's hash> <pass> <attempt>`.
    ///
    /// - Parameters:
    ///   - prompt: the whole prompt.
    ///   - pass: 1, or 2 for a second pass.
    ///   - attempt: 0, or which retry it is.
    public func value(prompt: Prompt, pass: Int, attempt: Int) -> UInt32 {
        let digest = ContentHash.sha256("\(text) \(prompt.hash) \(pass) \(attempt)")
        // Eight hexadecimal digits are always a number of 32 bits.
        return UInt32(digest.prefix(8), radix: 16) ?? 0
    }
}

extension WindowInput {
    /// SHA-256 of the pictures as the model sees them, 64 hexadecimal characters: of their number, width and height as
    /// decimal text, then of the 8-bit pixels of ``modelFrames``. It takes as long as reading every pixel.
    public var contentHash: String {
        if let encoded { return encoded.contentHash }
        var hasher = SHA256()
        hasher.update(data: Array("\(frames.count) \(resizedSize.width) \(resizedSize.height) ".utf8))
        for frame in frames { asShown(frame).bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) } }
        return ContentHash.hex(hasher.finalize())
    }
}
