import ShotlistCore

/// What a process makes of an output to which others on other machines write, too.
///
/// Such processes share no lock and no ledger, since neither can be relied on across machines: each has a ledger of its own,
/// in a folder of its own below `<output>/.shotlist`. What they write meets in the output's folders, where no two have the
/// same clip. `shotlist merge` brings their ledgers into one.
public enum OutputShare: Sendable, Hashable {
    /// All of it; there are no others.
    case whole
    /// The clips of a part. Records of videos, which are of clips of all parts, are written when the parts are merged.
    case shard(Shard)
    /// What a worker of this name is given.
    case worker(String)

    /// The folder of the ledger, below the output; nil where it is the output's own.
    public var folder: String? {
        switch self {
        case .whole: nil
        case .shard(let shard): "\(Self.shards)/\(shard.name)"
        case .worker(let name): "\(Self.workers)/\(name)"
        }
    }

    /// The folder of all shards, below the output.
    static let shards = ".shotlist/shards"
    /// The folder of all workers, below the output.
    static let workers = ".shotlist/workers"

    /// The clips that are made here, of all of a video's.
    ///
    /// - Parameter span: the part of the video that was asked for; nil for all of it.
    func clips(of all: [Clip], in span: ClipSpan?) -> [Clip] {
        var clips = all
        if case .shard(let shard) = self { clips.removeAll { !shard.holds($0.id) } }
        if let span { clips.removeAll { $0.span.start < span.start || $0.span.start >= span.end } }
        return clips
    }

    /// What is told of a video of which others make clips, too. The one that makes its first clip writes its record; of one
    /// without clips the first shard does.
    func wholeVideo(_ all: [Clip], _ own: [Clip]) -> SharedVideo {
        let isFirst: Bool
        switch self {
        case .shard(let shard): isFirst = all.first.map { shard.holds($0.id) } ?? (shard.number == 1)
        // Who is given the whole video afterwards writes it.
        case .whole, .worker: isFirst = false
        }
        return SharedVideo(
            clips: all.count, chunks: VideoMeta.chunkSizes(of: all.map(\.span)).count, writesRecord: isFirst)
    }

    /// Whether others may make clips of a video.
    func isShared(_ file: VideoFile) -> Bool {
        if case .shard = self { return true }
        return file.span != nil
    }
}
