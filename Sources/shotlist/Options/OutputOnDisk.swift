import ShotlistCore
import ShotlistStorage

extension S3Location {
    /// Throws where an output is in a bucket, for commands that need it on a disk.
    ///
    /// - Parameter what: what is done with outputs, for the sentence.
    static func refuse(_ output: String, _ what: String) throws(ShotlistError) {
        guard isOne(output) else { return }
        throw ShotlistError(
            .notAvailable,
            "'\(output.printable)' is in a bucket, and only outputs on a disk are \(what) in this release.",
            remedy: "Copy it to a folder with its .shotlist, and give that.")
    }
}
