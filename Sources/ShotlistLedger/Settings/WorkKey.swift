import Foundation
import ShotlistCore

/// The name of settings: a hash of everything that shapes what comes out of some work.
///
/// Work that was done under a key is done; under another it is not. The key brings the settings as text, so that the
/// ledger can tell later which prompt or model a key stood for.
public struct WorkKey: Sendable, Hashable, CustomStringConvertible {
    /// SHA-256 of ``settings``, 64 characters.
    public let hash: String
    /// The settings as canonical JSON: sorted keys, no white space, missing values left out.
    public let settings: String

    /// Names settings, such as ``CaptionWork``.
    ///
    /// A setting that a later version adds must be optional and nil where it is as it was, so that keys stay the same.
    ///
    /// - Throws: ``ShotlistError`` (`internal_failure`) for values that JSON cannot hold, such as an infinite number.
    public init(_ work: some Encodable) throws(ShotlistError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data: Data
        do {
            data = try encoder.encode(work)
        } catch {
            throw ShotlistError(.internalFailure, "Settings cannot be written as JSON: \(error).")
        }
        settings = String(decoding: data, as: UTF8.self)
        hash = ContentHash.sha256(data)
    }

    /// A key of which only the hash is known, such as one that a record tells.
    package init(hash: String) {
        self.hash = hash
        settings = "{}"
    }

    /// The hash.
    public var description: String { hash }

    public static func == (left: Self, right: Self) -> Bool {
        left.hash == right.hash
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(hash)
    }
}
