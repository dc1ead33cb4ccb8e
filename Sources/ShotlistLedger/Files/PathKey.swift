/// A path as a key, by its bytes.
///
/// Swift takes texts for equal that look the same, and file systems do not: `é` as one character and as an `e` with an
/// accent are two names of two files.
public struct PathKey: Sendable, Hashable {
    /// The path.
    public let path: String

    /// Makes a key of a path.
    public init(_ path: String) {
        self.path = path
    }

    public static func == (one: PathKey, other: PathKey) -> Bool {
        one.path.utf8.elementsEqual(other.path.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        var path = path
        path.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
