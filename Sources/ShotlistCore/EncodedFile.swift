import Foundation

/// A file that an engine made of a window's frames, wherever it is kept until it is sent.
public protocol EncodedFile: Sendable {
    /// Bytes.
    var count: Int { get }
    /// Whether reading may wait for a disk, and belongs on a thread that may block.
    var isOnDisk: Bool { get }

    /// Some of its bytes, counted from its first.
    ///
    /// - Throws: ``ShotlistError`` (`unreadable`) when they are lost.
    func read(_ range: Range<Int>) throws(ShotlistError) -> Data
}

extension Data: EncodedFile {
    public var isOnDisk: Bool { false }

    public func read(_ range: Range<Int>) throws(ShotlistError) -> Data {
        self[startIndex + range.lowerBound..<startIndex + range.upperBound]
    }
}
