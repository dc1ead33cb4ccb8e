import Foundation
import ShotlistCore

/// Something that became so and is to be kept.
///
/// A file is written, and on the disk, before the change that tells of it is committed: what the ledger says is there, is.
public enum LedgerChange: Sendable {
    /// A source was found. One that is known stays as it is.
    case found(FoundSource)
    /// Sources were found by a run that makes a share of an output; `isFirst` for those with which its listing begins.
    case listed(sources: [String], isFirst: Bool)
    /// A source was read, for the first time or since it changed. When its content is another than before, everything
    /// that was made of it counts as not done; answers stay in the history.
    case read(ReadSource)
    /// A source's clips and windows are known. It is open from now on.
    case planned(PlannedSource)
    /// A source is done, or cannot be worked on.
    case endedSource(EndedSource)
    /// A clip that has files is worked on again. Its record, and what else is written over, counts as not written from now
    /// on, and the clip as not done.
    case reopened(ReopenedClip)
    /// A clip's own file is in its place.
    case clipFile(WrittenClipFile)
    /// A clip's record is in its place, or the clip failed.
    case endedClip(EndedClip)
    /// A window has an answer, or failed; it is the current one from now on, and those before it stay in the history.
    /// A window that was only not come to is none of these.
    case answered(AnsweredWindow)
    /// A window's preview is in its place, or failed.
    case preview(EndedPreview)
    /// The last answers under these settings are the current ones again, for each window of the clip that has one.
    case current(clip: UUID, settings: WorkKey)
    /// The last answers of these windows under these settings are the current ones, and stay so in later runs with other
    /// settings, until a run does everything anew: someone asked for them on purpose.
    case picked(PickedWindows)
    /// A window was asked again and failed. The answer that it had stays the current one; without any it is this one.
    case tried(AnsweredWindow)
    /// A file that was in its place is not, or is not as it was written. What made it counts as not done.
    case lost(LostFile)
    /// The records of a source and of its clips, however it was cut, are to be taken away: none of them is written, and
    /// the source and its clips are not done.
    case withdrawn(source: String)
    /// Everything of these sources is done anew: nothing of them is written or done, and what was answered before this run
    /// is history alone. Paths that are not known are passed over, and those that a run is working on now.
    case forced(sources: [String])
}

/// A video file below the input folder.
public struct FoundSource: Sendable, Hashable {
    /// The path as the user gave it, joined with the path below the input folder.
    public var path: String
    /// The path below the input folder.
    public var relativePath: String
    /// Its size and time.
    public var stamp: SourceStamp

    /// Names a source that was found.
    public init(path: String, relativePath: String, stamp: SourceStamp) {
        self.path = path
        self.relativePath = relativePath
        self.stamp = stamp
    }
}

/// A source with what it holds.
public struct ReadSource: Sendable, Hashable {
    /// The path as the user gave it, joined with the path below the input folder.
    public var path: String
    /// The path below the input folder.
    public var relativePath: String
    /// What it holds.
    public var fingerprint: SourceFingerprint

    /// Names a source that was read.
    public init(path: String, relativePath: String, fingerprint: SourceFingerprint) {
        self.path = path
        self.relativePath = relativePath
        self.fingerprint = fingerprint
    }
}

/// The clips of a source.
public struct PlannedSource: Sendable, Hashable {
    /// The source's path.
    public var path: String
    /// The settings by which it was cut: ``RunKeys/plan``.
    public var plan: WorkKey
    /// Its clips, in order.
    public var clips: [PlannedClip]
    /// Whether these are some of its clips, so that nothing is said of the others.
    public var isPart: Bool

    /// Names the clips of a source.
    public init(path: String, plan: WorkKey, clips: [PlannedClip], isPart: Bool = false) {
        self.path = path
        self.plan = plan
        self.clips = clips
        self.isPart = isPart
    }
}

/// A clip with its windows.
public struct PlannedClip: Sendable, Hashable {
    /// Its id.
    public var id: UUID
    /// Its place among its source's clips, from 0.
    public var index: Int
    /// How many clips its source has.
    public var clipsInVideo: Int
    /// Start and end in seconds.
    public var span: ClipSpan
    /// The source's frames that belong to it.
    public var frames: Range<Int>
    /// Its windows, counted from its first frame.
    public var windows: [FrameRange]

    /// Names a clip and its windows.
    public init(
        id: UUID, index: Int, clipsInVideo: Int, span: ClipSpan, frames: Range<Int>, windows: [FrameRange]
    ) {
        self.id = id
        self.index = index
        self.clipsInVideo = clipsInVideo
        self.span = span
        self.frames = frames
        self.windows = windows
    }

    /// Names a clip and its windows.
    public init(_ clip: Clip, windows: [FrameRange]) {
        self.init(
            id: clip.id, index: clip.index, clipsInVideo: clip.clipsInVideo, span: clip.span, frames: clip.frames,
            windows: windows)
    }
}

/// How a source ended.
public struct EndedSource: Sendable, Hashable {
    /// The source's path.
    public var path: String
    /// `done` or `failed`.
    public var status: SourceStatus
    /// Why it failed; nil when it did not.
    public var reason: WindowReason?
    /// The settings under which nothing is left to do: ``RunKeys/all``. Nil when something is.
    public var done: WorkKey?
    /// Its records; nil when there are none.
    public var records: RecordsProof?
    /// When it ended.
    public var at: Date

    /// Tells how a source ended.
    public init(
        path: String, status: SourceStatus, reason: WindowReason? = nil, done: WorkKey? = nil,
        records: RecordsProof? = nil, at: Date = Date()
    ) {
        self.path = path
        self.status = status
        self.reason = reason
        self.done = done
        self.records = records
        self.at = at
    }
}
