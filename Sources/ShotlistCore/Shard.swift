import Foundation

/// One of several parts of a data set that are made apart, on machines that need not know of one another.
///
/// A clip belongs to a part by its id alone, which is the same in every run over the same paths: however the videos are listed,
/// and whatever other parts do, a part is always of the same clips.
public struct Shard: Sendable, Hashable {
    /// Which part it is, from 1 to ``count``.
    public let number: Int
    /// How many parts there are, from 1 to ``most``.
    public let count: Int

    /// The most parts of a data set.
    public static let most = 1_000_000

    /// Names a part.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a part that there is not.
    public init(_ number: Int, of count: Int) throws(ShotlistError) {
        guard count >= 1, count <= Self.most, number >= 1, number <= count else {
            throw ShotlistError(
                .invalidArgument, "There is no shard \(number)/\(count).",
                remedy: "Give I/N with N from 1 to \(Self.most) and I from 1 to N, such as 3/7.")
        }
        self.number = number
        self.count = count
    }

    /// Reads `I/N`.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`).
    public init(_ text: String) throws(ShotlistError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Self.number(parts[0]), let count = Self.number(parts[1]) else {
            throw ShotlistError(
                .invalidArgument, "'\(text.printable)' names no shard.",
                remedy: "Give I/N with N from 1 to \(Self.most) and I from 1 to N, such as 3/7.")
        }
        try self.init(number, of: count)
    }

    /// `Int` would take a sign, and other scripts' digits.
    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? Int(text) : nil
    }

    /// Whether a clip belongs to this part: the first 48 bits of its id, which are bits of a hash, modulo ``count``.
    public func holds(_ clip: Clip.ID) -> Bool {
        let bytes = clip.uuid
        let bits = [bytes.0, bytes.1, bytes.2, bytes.3, bytes.4, bytes.5].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(bits % UInt64(count)) == number - 1
    }

    /// `I-of-N`, as folders are named.
    public var name: String { "\(number)-of-\(count)" }
}

extension Shard: CustomStringConvertible {
    /// `I/N`.
    public var description: String { "\(number)/\(count)" }
}
