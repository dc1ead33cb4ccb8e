import ShotlistCore

/// Where things are below an output path, by NeMo Curator's names.
extension ClipWriterStage {
    /// The folder of clips, `clips/<uuid>.mp4`.
    public static func outputPathClips(_ outputPath: String) -> String {
        join(outputPath, "clips")
    }

    /// The folder of previews, `previews/<uuid>/<start>_<end>.webp`.
    public static func outputPathPreviews(_ outputPath: String) -> String {
        join(outputPath, "previews")
    }

    /// The folder of clips' records, `metas/v0/<uuid>.json`.
    public static func outputPathMetas(_ outputPath: String, version: String = "v0") -> String {
        join(outputPath, "metas/\(version)")
    }

    /// The folder of videos' records, `processed_videos/<path below the input>.json`.
    public static func outputPathProcessedVideos(_ outputPath: String) -> String {
        join(outputPath, "processed_videos")
    }

    /// The folder of chunks' records, `processed_clip_chunks/<path below the input>_<index>.json`.
    public static func outputPathProcessedClipChunks(_ outputPath: String) -> String {
        join(outputPath, "processed_clip_chunks")
    }

    static func clipPath(_ outputPath: String, _ clip: Clip) -> String {
        "\(outputPathClips(outputPath))/\(clip.name).mp4"
    }

    static func previewPath(_ outputPath: String, _ clip: Clip, _ range: FrameRange) -> String {
        "\(outputPathPreviews(outputPath))/\(clip.name)/\(range).webp"
    }

    /// A video's record and its chunks', in order.
    static func recordPaths(_ outputPath: String, _ relativePath: String, chunks: Int) -> [String] {
        let chunkFolder = outputPathProcessedClipChunks(outputPath)
        return ["\(outputPathProcessedVideos(outputPath))/\(relativePath).json"]
            + (0..<chunks).map { "\(chunkFolder)/\(relativePath)_\($0).json" }
    }

    static func join(_ outputPath: String, _ extra: String) -> String {
        var root = Substring(outputPath)
        while root.count > 1, root.hasSuffix("/") { root = root.dropLast() }
        return root == "/" ? "/" + extra : root + "/" + extra
    }
}
