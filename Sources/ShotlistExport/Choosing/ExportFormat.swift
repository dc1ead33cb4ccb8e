/// In which form a set of clips and captions is handed over.
public enum ExportFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// `<name>.mp4` beside `<name>.txt`: musubi-tuner, diffusion-pipe, kohya's scripts.
    case sidecar
    /// `captions.jsonl` with all that is known of each clip, and `videos/`.
    case jsonl
    /// `captions.csv` (RFC 4180) with the same columns, and `videos/`.
    case csv
    /// `metadata.jsonl` with `file_name`, which Hugging Face's `datasets` loads as a folder of videos.
    case hf
    /// `prompt.txt` and `videos.txt`, line by line, and `videos/`.
    case finetrainers
    /// `metadata.jsonl` with `video_path` and `caption`, for musubi-tuner's `video_jsonl_file`.
    case musubiJSONL = "musubi-jsonl"
    /// `dataset.jsonl` with `caption` and `video`, for the LTX trainers.
    case ltx
    /// `metas/<name>.txt` and `videos/<name>.mp4`, for the post-training of Cosmos.
    case cosmos
    /// Tar files with `<name>.mp4`, `<name>.txt` and `<name>.json` for each clip.
    case webdataset
    /// `captions.parquet` with the columns of `jsonl`, and `videos/`.
    case parquet
    /// Captions as subtitles (SubRip), a file for each source video.
    case srt
    /// Captions as subtitles (WebVTT), a file for each source video.
    case vtt

    /// Whether it shows captions in source videos and has no clips.
    public var isSubtitles: Bool { self == .srt || self == .vtt }
    /// Whether it means something without files of clips.
    public var worksWithoutClips: Bool { [.jsonl, .csv, .parquet].contains(self) }
    /// Whether its rows can name clips by their whole paths.
    public var mayHaveWholePaths: Bool { [.jsonl, .csv, .parquet, .musubiJSONL].contains(self) }
    /// Whether clips are put into archives and have no files of their own.
    public var isArchived: Bool { self == .webdataset }
}

/// How a clip that is handed over as it is gets into an export.
public enum ClipPlacement: String, Sendable, Hashable, Codable, CaseIterable {
    /// Another name of the same file; both must be on one file system.
    case hardlink
    /// A link to the output's file by its whole path.
    case symlink
    /// A file of its own.
    case copy
    /// No file: only words, and what is known of each window.
    case none
}
