import ShotlistCore

/// The tokens of an answer as they were picked.
package struct AnswerTokens: Sendable {
    /// The tokens of the text.
    package private(set) var tokens: [Int32] = []
    /// `length` until a token that ends the answer was picked.
    package private(set) var finishReason = CaptionRecord.FinishReason.length
    /// How many were picked, the one that ends the answer included.
    package private(set) var count = 0
    /// Seconds in which the prompt was read, frames included.
    package internal(set) var promptSeconds = 0.0
    /// Seconds in which the answer was written.
    package internal(set) var outputSeconds = 0.0

    mutating func append(_ token: Int32, isEnd: Bool) {
        count += 1
        if isEnd { finishReason = .stop } else { tokens.append(token) }
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
