import ShotlistCore
import ShotlistMedia

/// What an export is to be like.
public struct ExportSettings: Sendable {
    /// The form.
    public var format: ExportFormat
    /// Which words clips are handed over with.
    public var template = CaptionTemplate.caption
    /// What clips must be like.
    public var needs = ClipNeeds.none
    /// How clips get there that stay as they are.
    public var placement = ClipPlacement.hardlink
    /// What is kept for validation; nil for nothing.
    public var validation: ValidationSplit?
    /// When tar files are full.
    public var shards = ShardLimits.usual
    /// Whether cells of CSV that a spreadsheet would compute get an apostrophe before them.
    public var escapesFormulas = false
    /// Whether rows name files by their whole paths. Those of ``ExportFormat/ltx`` and ``ExportFormat/hf`` never do.
    public var hasWholePaths: Bool
    /// Whether windows are taken that a person rejected.
    public var takesRejected = false
    /// Whether windows are left out that were approved when their caption or their video was another.
    public var leavesChangedOut = false
    /// What a clip's file may ask for at most.
    public var limits = MediaLimits()
    /// Threads to look at clips and to make them with.
    public var threads = 1
    /// What writes Parquet files.
    public var parquet: ParquetTool?
    /// The program's name and version, for the manifest.
    public var program = "shotlist"

    /// The usual settings of a format.
    public init(_ format: ExportFormat) {
        self.format = format
        // musubi-tuner looks for paths below the folder that it runs in, and only lately below the file's own.
        hasWholePaths = format == .musubiJSONL
    }

    /// Checks that the settings go together.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`).
    func check() throws(ShotlistError) {
        if placement == .none, !format.worksWithoutClips {
            throw Self.wrong(
                "The format \(format.rawValue) needs clips.",
                "Leave --clips none out, or export as jsonl, csv or parquet.")
        }
        if placement == .none, needs != .none {
            throw Self.wrong(
                "There are no clips to be cut with --clips none.",
                "Leave --frames, --fps, --sides and --resolution out.")
        }
        if format.isSubtitles, needs != .none || validation != nil {
            throw Self.wrong(
                "Subtitles have neither clips nor parts.",
                "Leave --validation-share, --frames, --fps, --sides and --resolution out.")
        }
    }

    private static func wrong(_ what: String, _ remedy: String) -> ShotlistError {
        ShotlistError(.invalidArgument, what, remedy: remedy)
    }

    /// The writer of a part, which ends what takes long when the flag is set.
    func writer(_ place: PartPlace, _ stop: StopFlag) throws(ShotlistError) -> any ExportWriter {
        switch format {
        case .sidecar: return SidecarWriter(place)
        case .cosmos: return CosmosWriter(place)
        case .finetrainers: return try FinetrainersWriter(place)
        case .jsonl: return try LinesWriter(place, .jsonl(wholePaths: hasWholePaths))
        case .csv:
            return try LinesWriter(place, .csv(wholePaths: hasWholePaths, escapesFormulas: escapesFormulas))
        case .hf: return try LinesWriter(place, .huggingFace)
        case .musubiJSONL: return try LinesWriter(place, .musubi(wholePaths: hasWholePaths))
        case .ltx: return try LinesWriter(place, .ltx)
        case .webdataset: return WebDatasetWriter(place, shards)
        case .parquet:
            guard let parquet else {
                throw ShotlistError(
                    .notAvailable, "Nothing here writes Parquet files.",
                    remedy: "Name a ParquetTool, or export as jsonl.")
            }
            return try ParquetWriter(place, parquet, wholePaths: hasWholePaths, stop: stop)
        case .srt, .vtt: throw Self.wrong("Subtitles have no clips.", "Write them with SubtitleExport.")
        }
    }

    /// The folders of a part that a format has.
    var folders: [String] {
        switch format {
        case .sidecar, .webdataset, .srt, .vtt: []
        case .cosmos: ["metas", "videos"]
        default: placement == .none ? [] : ["videos"]
        }
    }
}
