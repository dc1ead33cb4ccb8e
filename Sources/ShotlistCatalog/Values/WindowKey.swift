import Foundation

/// The name of a window: its clip, and its frames counted from the clip's first, both ends included.
public struct WindowKey: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// The clip.
    public let clip: UUID
    /// The first frame.
    public let start: Int
    /// The last frame.
    public let end: Int

    /// Names a window.
    public init(clip: UUID, start: Int, end: Int) {
        self.clip = clip
        self.start = start
        self.end = end
    }

    /// Reads `<uuid>/<start>_<end>`; nil for what is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 36, let clip = UUID(uuidString: String(parts[0])) else {
            return nil
        }
        let frames = parts[1].split(separator: "_", omittingEmptySubsequences: false)
        guard frames.count == 2, let start = Self.frame(frames[0]), let end = Self.frame(frames[1]), start <= end else {
            return nil
        }
        self.init(clip: clip, start: start, end: end)
    }

    /// `<uuid>/<start>_<end>`, in lower case, as its preview is named below `previews/`.
    public var text: String { "\(clipName)/\(start)_\(end)" }

    public var description: String { text }

    /// The clip's name in paths: its UUID in lower case.
    public var clipName: String { clip.uuidString.lowercased() }

    /// In the order of clips' names and frames.
    public static func < (one: WindowKey, other: WindowKey) -> Bool {
        (one.clipName, one.start, one.end) < (other.clipName, other.start, other.end)
    }

    private static func frame(_ digits: Substring) -> Int? {
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int(digits), number < 1 << 53
        else { return nil }
        return number
    }
}
