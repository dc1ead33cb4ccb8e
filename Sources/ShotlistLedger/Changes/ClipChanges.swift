import Foundation
import ShotlistCore

/// A clip's own file, as it was written.
public struct WrittenClipFile: Sendable, Hashable {
    /// The clip.
    public var clip: UUID
    /// The settings that shaped the file: ``RunKeys/clipFiles``.
    public var settings: WorkKey
    /// The file.
    public var file: ClipFileFacts

    /// Tells of a file.
    public init(clip: UUID, settings: WorkKey, file: ClipFileFacts) {
        self.clip = clip
        self.settings = settings
        self.file = file
    }
}

/// What records tell of a clip's own file.
public struct ClipFileFacts: Sendable, Hashable {
    /// The file's size and hash.
    public var proof: FileProof
    /// The picture's size as shown.
    public var size: PixelSize
    /// Average frames a second.
    public var framerate: Double
    /// The frames that a player shows.
    public var numFrames: Int
    /// The codec's name.
    public var videoCodec: String
    /// What the file lacks of its source, sentence by short name.
    public var warnings: [String: String]

    /// Keeps facts of a file.
    public init(
        proof: FileProof, size: PixelSize, framerate: Double, numFrames: Int, videoCodec: String,
        warnings: [String: String] = [:]
    ) {
        self.proof = proof
        self.size = size
        self.framerate = framerate
        self.numFrames = numFrames
        self.videoCodec = videoCodec
        self.warnings = warnings
    }

    /// Keeps facts of an encoded clip.
    ///
    /// - Parameter sha256: the hash of the file's bytes (``FileProof/of(path:)``).
    public init(_ clip: EncodedClip, sha256: String) {
        self.init(
            proof: FileProof(bytes: clip.numBytes, sha256: sha256), size: clip.size, framerate: clip.framerate,
            numFrames: clip.numFrames, videoCodec: clip.videoCodec, warnings: clip.warnings)
    }

    /// The clip as a file at `file`, as it was told.
    public func encoded(at file: URL) -> EncodedClip {
        var clip = EncodedClip(
            file: file, numBytes: proof.bytes, size: size, framerate: framerate, numFrames: numFrames,
            videoCodec: videoCodec)
        clip.warnings = warnings
        return clip
    }
}

/// A clip that is worked on again, with what is written over.
public struct ReopenedClip: Sendable, Hashable {
    /// The clip.
    public var clip: UUID
    /// Whether its own file is made anew.
    public var makesFile: Bool
    /// The windows whose previews are drawn anew.
    public var previews: [FrameRange]

    /// Tells what is written over.
    public init(clip: UUID, makesFile: Bool = false, previews: [FrameRange] = []) {
        self.clip = clip
        self.makesFile = makesFile
        self.previews = previews
    }
}

/// How a clip ended.
public struct EndedClip: Sendable, Hashable {
    /// The clip.
    public var clip: UUID
    /// How it ended: `success`, or `skipped` when it has no windows, or `error`.
    public var status: WindowStatus
    /// Why it is not a success; nil when it is.
    public var reason: WindowReason?
    /// What went wrong, sentence by short name.
    public var errors: [String: String]
    /// Its record; nil when there is none.
    public var record: FileProof?
    /// The settings under which nothing is left to do: ``RunKeys/all``. Nil when something is.
    public var done: WorkKey?

    /// Tells how a clip ended.
    public init(
        clip: UUID, status: WindowStatus = .success, reason: WindowReason? = nil, errors: [String: String] = [:],
        record: FileProof? = nil, done: WorkKey? = nil
    ) {
        self.clip = clip
        self.status = status
        self.reason = reason
        self.errors = errors
        self.record = record
        self.done = done
    }
}

/// An answer about a window.
public struct AnsweredWindow: Sendable, Hashable {
    /// The clip.
    public var clip: UUID
    /// The window.
    public var range: FrameRange
    /// The settings that shaped the answer: ``RunKeys/captions``.
    public var settings: WorkKey
    /// The answer, or why there is none.
    public var outcome: WindowOutcome
    /// When it was made.
    public var at: Date
    /// Whether it was read back from a record, and so is no run's.
    public var isReadBack: Bool

    /// Tells of an answer.
    public init(
        clip: UUID, range: FrameRange, settings: WorkKey, outcome: WindowOutcome, at: Date = Date(),
        isReadBack: Bool = false
    ) {
        self.isReadBack = isReadBack
        self.clip = clip
        self.range = range
        self.settings = settings
        self.outcome = outcome
        self.at = at
    }
}

/// How a preview ended.
public struct EndedPreview: Sendable, Hashable {
    /// The clip.
    public var clip: UUID
    /// The window.
    public var range: FrameRange
    /// The settings that shaped it: ``RunKeys/previews``.
    public var settings: WorkKey
    /// The file, or why there is none.
    public var result: PreviewResult

    /// Tells how a preview ended.
    public init(clip: UUID, range: FrameRange, settings: WorkKey, result: PreviewResult) {
        self.clip = clip
        self.range = range
        self.settings = settings
        self.result = result
    }
}

/// A preview's file, or why there is none.
public enum PreviewResult: Sendable, Hashable {
    /// The file is in its place.
    case file(FileProof)
    /// It could not be drawn or written.
    case failed(WindowReason)

    /// The file; nil when there is none.
    public var file: FileProof? {
        if case .file(let proof) = self { proof } else { nil }
    }
}

/// A file that is gone, or is not as it was written.
public enum LostFile: Sendable, Hashable {
    /// A clip's own file.
    case clipFile(UUID)
    /// A clip's record.
    case clipRecord(UUID)
    /// A window's preview.
    case preview(UUID, FrameRange)
    /// The records of a source, by the source's path.
    case sourceRecords(String)
}
