import ShotlistCore

/// A place in a bucket, as users write it: `s3://bucket`, or `s3://bucket/what/it/begins/with`.
public struct S3Location: Sendable, Hashable, CustomStringConvertible {
    /// The bucket's name.
    public let bucket: String
    /// The key of an object, or what the keys of several begin with, without a slash at its ends; empty for the whole
    /// bucket.
    public let key: String

    /// Whether a text is meant as such a place, and not as a path.
    public static func isOne(_ text: String) -> Bool {
        text.prefix(5).lowercased() == "s3://"
    }

    /// Makes a location from its parts.
    public init(bucket: String, key: String) {
        self.bucket = bucket
        self.key = key
    }

    /// Reads what a user wrote. A key may hold anything, a space or a `%` among them: nothing of it is decoded.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) when there is no bucket in it, or what is no bucket's name.
    public init(_ text: String) throws(ShotlistError) {
        let rest = Self.isOne(text) ? text.dropFirst(5) : ""
        let bucket = rest.prefix { $0 != "/" }
        // The names that any server knows:
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, and older ones with capitals
        // and underscores.
        let isName = bucket.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isName, bucket.utf8.count >= 3, bucket.utf8.count <= 255, !bucket.hasPrefix("."), !bucket.contains("..")
        else {
            throw ShotlistError(
                .invalidArgument, "'\(text)' names no bucket.", remedy: "Write s3://BUCKET or s3://BUCKET/FOLDER.")
        }
        var key = rest.dropFirst(bucket.count)
        while key.hasPrefix("/") { key = key.dropFirst() }
        while key.hasSuffix("/") { key = key.dropLast() }
        self.init(bucket: String(bucket), key: String(key))
    }

    /// A place below this one.
    public func appending(_ path: String) -> S3Location {
        S3Location(bucket: bucket, key: key.isEmpty ? path : key + "/" + path)
    }

    /// What keys below this place begin with.
    package var prefix: String { key.isEmpty ? "" : key + "/" }

    /// The place as users write it.
    public var description: String { key.isEmpty ? "s3://\(bucket)" : "s3://\(bucket)/\(key)" }
}
