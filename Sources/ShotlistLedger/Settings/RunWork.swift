import ShotlistCore

/// Which clips and windows a video has.
public struct PlanWork: Sendable, Hashable, Codable {
    /// The number of Shotlist's own rules for cutting; raised when the same settings cut otherwise than before.
    public var rules = 1
    /// The way of cutting a video into clips, such as `fixed_stride` or `none`; of a stage of your own, its name.
    public var splitting: String
    /// Seconds of a clip; nil where clips have no length of their own.
    public var clipLength: Double?
    /// Seconds from one clip's start to the next.
    public var clipStride: Double?
    /// Clips shorter than this many seconds are left out.
    public var leastSeconds: Double?
    /// The most clips of a video; nil for all.
    public var clipLimit: Int?
    /// Frames of a window.
    public var windowSize: Int
    /// The smallest remainder that is a window of its own.
    public var remainderThreshold: Int
    /// Stages of the user's own that read or cut videos; nil without any.
    public var stages: [StageWork]?

    /// Names a way of cutting.
    public init(
        splitting: String, clipLength: Double? = nil, clipStride: Double? = nil, leastSeconds: Double? = nil,
        clipLimit: Int? = nil, windowSize: Int, remainderThreshold: Int
    ) {
        self.splitting = splitting
        self.clipLength = clipLength
        self.clipStride = clipStride
        self.leastSeconds = leastSeconds
        self.clipLimit = clipLimit
        self.windowSize = windowSize
        self.remainderThreshold = remainderThreshold
    }
}

/// Everything that shapes a preview.
public struct PreviewWork: Sendable, Hashable, Codable {
    /// The number of Shotlist's own rules for previews; raised when the same settings draw otherwise than before.
    public var rules = 1
    /// Pictures for each second of video.
    public var targetFPS: Double
    /// The height of a picture in pixels.
    public var targetHeight: Int
    /// 0 without loss, 1 to 6 with.
    public var compressionLevel: Int
    /// 0 to 100.
    public var quality: Int
    /// Stages of the user's own that take windows; nil without any.
    public var stages: [StageWork]?

    /// Names what shapes previews.
    public init(targetFPS: Double, targetHeight: Int, compressionLevel: Int, quality: Int) {
        self.targetFPS = targetFPS
        self.targetHeight = targetHeight
        self.compressionLevel = compressionLevel
        self.quality = quality
    }
}

/// Everything that shapes a clip's own file. How many threads encode changes some bytes and nothing that is seen, and is
/// not part of it.
public struct ClipFileWork: Sendable, Hashable, Codable {
    /// The number of Shotlist's own rules for clips' files; raised when the same settings write otherwise than before.
    public var rules = 1
    /// The encoder's name, such as `libx264` or `copy`; of a pipeline that writes no files, `none`.
    public var encoder: String
    /// False where a file is made, told of in the clip's record, and not kept; nil where it is kept.
    public var isKept: Bool?
    /// Stages of the user's own that take clips; nil without any.
    public var stages: [StageWork]?

    /// Names what shapes clips' files.
    public init(encoder: String, isKept: Bool? = nil) {
        self.encoder = encoder
        self.isKept = isKept
    }
}

/// Everything that a run was asked for.
public struct RunWork: Sendable, Hashable, Codable {
    /// How videos are cut.
    public var plan: PlanWork
    /// Captions; nil where none are asked for.
    public var captions: CaptionWork?
    /// Previews; nil where none are asked for.
    public var previews: PreviewWork?
    /// Clips' own files; nil where none are kept.
    public var clipFiles: ClipFileWork?

    /// Names a run's work.
    public init(
        plan: PlanWork, captions: CaptionWork? = nil, previews: PreviewWork? = nil, clipFiles: ClipFileWork? = nil
    ) {
        self.plan = plan
        self.captions = captions
        self.previews = previews
        self.clipFiles = clipFiles
    }
}

/// The keys of a run's work: of all of it, and of each part.
public struct RunKeys: Sendable, Hashable {
    /// Of everything; what is done under it has nothing left to do.
    public let all: WorkKey
    /// Of the way in which videos are cut.
    public let plan: WorkKey
    /// Of captions; nil where none are asked for.
    public let captions: WorkKey?
    /// Of previews; nil where none are asked for.
    public let previews: WorkKey?
    /// Of clips' own files; nil where none are kept.
    public let clipFiles: WorkKey?

    /// The keys of `work`.
    ///
    /// - Throws: ``ShotlistError`` (`internal_failure`) for values that JSON cannot hold.
    public init(_ work: RunWork) throws(ShotlistError) {
        all = try WorkKey(work)
        plan = try WorkKey(work.plan)
        captions = if let captions = work.captions { try WorkKey(captions) } else { nil }
        previews = if let previews = work.previews { try WorkKey(previews) } else { nil }
        clipFiles = if let clipFiles = work.clipFiles { try WorkKey(clipFiles) } else { nil }
    }
}
