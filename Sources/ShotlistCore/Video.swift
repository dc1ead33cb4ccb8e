/// A video file of the input, probed.
public struct Video: Sendable {
    /// The path as the user gave it, joined with the path below the input folder; it names the video in every
    /// output file and in its clips' ids.
    public let inputPath: String
    /// The path below the input folder, such as `set1/bikes.mp4`.
    public let relativePath: String
    /// Where its bytes are on this machine: `inputPath`, unless they were brought here from elsewhere.
    public let localPath: String
    /// What the probe told.
    public let metadata: VideoMetadata
    /// When each frame is shown.
    public let timeline: FrameTimeline
    /// Problems that the probe met and went on after, by short name.
    public let warnings: [String: String]

    /// Whether its bytes were brought to this machine, where they take room until it is done.
    package var isBroughtHere: Bool { localPath != inputPath }

    /// Makes a video from its parts; without a `localPath` its bytes are at `inputPath`.
    public init(
        inputPath: String, relativePath: String, localPath: String? = nil, metadata: VideoMetadata,
        timeline: FrameTimeline, warnings: [String: String] = [:]
    ) {
        self.inputPath = inputPath
        self.localPath = localPath ?? inputPath
        self.relativePath = relativePath
        self.metadata = metadata
        self.timeline = timeline
        self.warnings = warnings
    }
}
