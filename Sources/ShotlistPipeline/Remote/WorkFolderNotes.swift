import Foundation
import ShotlistCore
import ShotlistLedger

/// What a work folder knows of itself, in small files beside the ledger. Only for who holds the folder's lock.
struct WorkFolderNotes: Sendable {
    private let folder: String
    private let hidden: String

    init(folder: String) {
        self.folder = folder
        hidden = folder + "/.shotlist"
    }

    /// Ties the folder to an output: with the ledger of another one everything would count as done.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) when it is another's; what writing throws.
    func tie(to output: String, at server: String) throws(ShotlistError) {
        let path = hidden + "/output"
        // A bucket of AWS has one name in all regions.
        let place = server.hasPrefix("AWS (") ? "AWS" : server
        let content = Data("\(place.hasSuffix("/") ? String(place.dropLast()) : place)\n\(output)\n".utf8)
        let remedy = "Give another --work-dir, or none."
        if let known = FileManager.default.contents(atPath: path) {
            guard known != content else { return }
            let other = String(decoding: known.prefix(4096), as: UTF8.self).split(separator: "\n").reversed()
            throw ShotlistError(
                .invalidArgument,
                "The work folder '\(folder)' is that of '\(other.joined(separator: "' at '").printable)', and not of "
                    + "'\(output)' at '\(place)'.", remedy: remedy)
        }
        // Work folders have names; a ledger without one is that of files beside it.
        guard !Ledger.exists(outputPath: folder) || name != nil else {
            throw ShotlistError(
                .invalidArgument,
                "'\(folder)' is the output folder of other runs, and no work folder for '\(output)'.", remedy: remedy)
        }
        try AtomicFile.write(content, to: path)
    }

    /// The folder's name, which is made with it.
    func writer() throws(ShotlistError) -> String {
        if let name { return name }
        let made = UUID().uuidString.lowercased()
        try AtomicFile.write(Data(made.utf8), to: hidden + "/writer")
        return made
    }

    private var name: String? {
        guard let data = FileManager.default.contents(atPath: hidden + "/writer"), data.count == 36 else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    /// Whether a copy of a ledger was seen in the bucket.
    var wasCopied: Bool { FileManager.default.fileExists(atPath: hidden + "/copied") }

    /// Notes that there is a copy in the bucket.
    func noteCopy() throws(ShotlistError) {
        if !wasCopied { try AtomicFile.write(Data(), to: hidden + "/copied") }
    }

    /// Moves the ledger of what is in the bucket no more out of the way.
    ///
    /// - Returns: the name that it has now; nil when there was none.
    func setLedgerAside() throws(ShotlistError) -> String? {
        let path = try Ledger.setAside(outputPath: folder)
        // After it: without this mark the ledger would count.
        try AtomicFile.remove(hidden + "/copied")
        return path
    }
}
