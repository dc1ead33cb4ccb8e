import ShotlistCore

/// The tokens of an answer as they were picked.
package struct AnswerTokens: Sendable {
    /// The tokens of the text.
    package private(set) var tokens: [Int32] = []
    /// The UTF-8 bytes of the text, up to the first stop word.
    private var bytes: [UInt8] = []
    /// `length` until a token or a word that ends the answer was picked.
    package private(set) var finishReason = CaptionRecord.FinishReason.length
    /// How many were picked, the one that ends the answer included.
    package private(set) var count = 0
    /// Seconds in which the prompt was read, frames included.
    package internal(set) var promptSeconds = 0.0
    /// Seconds in which the answer was written.
    package internal(set) var outputSeconds = 0.0

    /// The text, without the word that ends it; a character that is cut off at the end is left out.
    package var text: String { UTF8Tail.text(of: bytes) }

    /// Takes a token that was picked.
    ///
    /// - Parameters:
    ///   - isEnd: whether the token ends the answer and is not part of it.
    ///   - piece: the UTF-8 bytes that it stands for.
    ///   - stops: words that end the answer, too.
    mutating func append(_ token: Int32, isEnd: Bool, piece: [UInt8], stops: StopWords) {
        count += 1
        guard !isEnd else { return finishReason = .stop }
        tokens.append(token)
        let before = bytes.count
        bytes += piece
        guard let stop = stops.firstWord(in: bytes, after: before) else { return }
        bytes.removeSubrange(stop...)
        finishReason = .stop
    }
}

/// Text from the bytes of tokens, which may end within a character.
package enum UTF8Tail {
    /// The text of `bytes` without a character that is cut off at the end.
    package static func text(of bytes: [UInt8]) -> String {
        var end = bytes.count
        let start = max(0, bytes.count - 3)
        for index in (start..<bytes.count).reversed() where bytes[index] & 0xc0 != 0x80 {
            if index + length(ofCharacterStartingWith: bytes[index]) > bytes.count { end = index }
            break
        }
        return String(decoding: bytes[..<end], as: UTF8.self)
    }

    private static func length(ofCharacterStartingWith byte: UInt8) -> Int {
        switch byte {
        case 0xc0..<0xe0: 2
        case 0xe0..<0xf0: 3
        case 0xf0...: 4
        default: 1
        }
    }
}
