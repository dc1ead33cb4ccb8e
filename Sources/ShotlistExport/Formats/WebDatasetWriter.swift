import Foundation
import ShotlistCore

/// When a tar file of clips is full.
public struct ShardLimits: Sendable, Hashable {
    /// The most clips in one.
    public let clips: Int
    /// The most bytes of clips and words in one; a clip that is larger has one for itself.
    public let bytes: Int

    /// Makes limits.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for those that nothing fits.
    public init(clips: Int = 1000, bytes: Int = 1_000_000_000) throws(ShotlistError) {
        guard clips >= 1, bytes >= 1 else {
            throw ShotlistError(
                .invalidArgument, "No clip fits into archives of \(clips) clips and \(bytes) bytes.",
                remedy: "Give --shard-clips and --shard-size at least 1.")
        }
        self.clips = clips
        self.bytes = bytes
    }

    private init(_: Void) {
        clips = 1000
        bytes = 1_000_000_000
    }

    /// 1000 clips, or 1 GB.
    public static let usual = ShardLimits(())
}

/// `shots-000000.tar` and so on, with `<name>.mp4`, `<name>.txt` and `<name>.json` of each clip behind one another.
final class WebDatasetWriter: ExportWriter {
    private let place: PartPlace
    private let limits: ShardLimits
    private var shard: TarArchive?
    private var shards = 0
    private var clips = 0
    private var bytes = 0

    init(_ place: PartPlace, _ limits: ShardLimits) {
        self.place = place
        self.limits = limits
    }

    func clipPath(of name: String) -> String? { nil }

    func add(_ row: ExportRow, file: String) throws(ShotlistError) {
        let caption = Data(row.caption.utf8)
        let facts = Data(row.json([("caption", row.caption)], withColumns: true).utf8)
        var status = stat()
        guard stat(file, &status) == 0 else { throw Trouble.last("read", file) }
        let shard = try archive(for: caption.count + facts.count + Int(status.st_size))
        try shard.add(fileAt: file, as: "\(row.name).mp4")
        try shard.add(caption, as: "\(row.name).txt")
        try shard.add(facts, as: "\(row.name).json")
    }

    func finish() throws(ShotlistError) {
        try shard?.finish()
        shard = nil
    }

    /// The archive that a clip of so many bytes goes into.
    private func archive(for more: Int) throws(ShotlistError) -> TarArchive {
        if let shard, clips < limits.clips, bytes + more <= limits.bytes {
            clips += 1
            bytes += more
            return shard
        }
        try finish()
        let digits = String(shards)
        let number = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        let next = try TarArchive("\(place.folder)/shots-\(number).tar")
        shard = next
        shards += 1
        (clips, bytes) = (1, more)
        return next
    }
}
