import Foundation
import ShotlistCore

/// A step of a pipeline. Which steps may follow one another is said by the protocols below; a stage conforms to
/// exactly one of them.
public protocol Stage: Sendable {
    /// The name in messages, such as `caption_generation`.
    var name: String { get }

    /// What shapes the stage's work, as a text that changes whenever the same input would come out otherwise; nil from a
    /// stage that does not say.
    ///
    /// For stages of your own. With one that says nothing, a run uses nothing that earlier runs have done where the stage
    /// might have changed it: with a window stage captions and previews, with a clip stage clips' files, with a stage that
    /// reads or cuts videos the knowledge that a video is done.
    var workKey: String? { get }

    /// Checks and loads what the stage needs; called once, before the first clip: of the last stage first, since it says
    /// whether there is a place to write to, then of the others in the pipeline's order.
    func setUp(_ context: RunContext) async throws

    /// Adds what only the stage knows to the run's summary; called once, after the last clip and before ``tearDown()``.
    func contribute(to summary: inout RunSummary) async

    /// Gives back what `setUp` took; called once, also after a failure or cancellation.
    func tearDown() async
}

extension Stage {
    public var workKey: String? { nil }
    public func setUp(_ context: RunContext) async throws {}
    public func contribute(to summary: inout RunSummary) async {}
    public func tearDown() async {}
}

/// The first stage: it finds the videos and probes them.
public protocol SourceStage: Stage {
    /// The videos' files, in the order in which they are worked on.
    ///
    /// - Throws: ``ShotlistError`` when there is nothing to work on; it ends the run.
    func files() async throws(ShotlistError) -> [VideoFile]

    /// Brings a file here, where it is elsewhere; called before ``probe(_:)``.
    ///
    /// - Parameter soon: files that are wanted next, in order; a stage may begin to bring some of them.
    /// - Returns: where its bytes are now.
    /// - Throws: ``ShotlistError``; it concerns this file alone, unless it ends the run.
    func fetch(_ file: VideoFile, soon: [VideoFile]) async throws(ShotlistError) -> String

    /// Nobody needs the bytes of a file any more.
    func release(_ inputPath: String) async

    /// Opens one file and tells what is in it. Blocks; it is called on a thread of its own.
    ///
    /// - Throws: ``ShotlistError``; it concerns this file alone.
    func probe(_ file: VideoFile) throws(ShotlistError) -> Video
}

extension SourceStage {
    public func fetch(_ file: VideoFile, soon: [VideoFile]) async throws(ShotlistError) -> String { file.inputPath }
    public func release(_ inputPath: String) async {}
}

/// The second stage: it says which spans of a video are clips.
public protocol SplittingStage: Stage {
    /// The clips of `video`, in order; may be empty.
    func clips(of video: Video) -> [Clip]
}

/// A stage that works on a whole clip before its windows are made.
public protocol ClipStage: Stage {
    /// Works on one clip; called from several tasks at once.
    ///
    /// - Throws: what it throws is kept in the clip's `errors` under the stage's name, and the clip goes on.
    func process(_ clip: inout Clip) async throws
}

/// A stage that works on windows; several of them follow one another in the order in which they were added.
public protocol WindowStage: Stage {
    /// How many windows the stage works on at once, at least 1. As many wait in memory.
    var concurrency: Int { get }

    /// Works on one window; called from `concurrency` tasks at once.
    ///
    /// - Throws: what it throws becomes the window's `error` and reason, and the window goes on to the next stage.
    func process(_ window: inout Window, of clip: Clip) async throws
}

/// The last stage: it puts what was made in its place.
public protocol SinkStage: Stage {
    /// Where files that are not whole yet may wait, on the file system of the output; nil for the system's place.
    var stagingFolder: URL? { get }
    /// What earlier runs have done, kept where the stage writes; known after `setUp`. Nil from a stage that keeps nothing:
    /// its runs do everything.
    var runLedger: RunLedger? { get }
    /// Takes a window as soon as it is done; what it drops from `window` no longer holds memory.
    func take(_ window: inout Window, of clip: Clip) async throws
    /// Takes a clip when its last window is done.
    func take(_ clip: FinishedClip) async throws
    /// Takes a video when its last clip is done, or when it could not be read.
    func take(_ video: FinishedVideo) async throws
    /// Takes the run's summary at its end.
    func take(_ summary: RunSummary) async throws
}

extension SinkStage {
    public var runLedger: RunLedger? { nil }
}

/// A clip with all its windows, which are in order and hold no frames any more.
public struct FinishedClip: Sendable {
    /// The clip.
    public let clip: Clip
    /// Its windows, by frame.
    public let windows: [Window]
    /// How the clip ended: `success`, or `skipped` when no window could be made of it.
    public let status: WindowStatus
    /// Why it is not a success.
    public let reason: WindowReason?
    /// Whether nothing is left to do of it under this run's settings; what failed is not left.
    let isSettled: Bool
}

/// A video that is done with.
public struct FinishedVideo: Sendable {
    /// What was looked for.
    public let file: VideoFile
    /// The video; nil when it could not be read.
    public let video: Video?
    /// Why it could not be read.
    public let error: ShotlistError?
    /// What is known of each of its clips, in order.
    public let clips: [ClipDigest]
    /// Whether nothing is left to do of it under this run's settings; what failed is not left.
    package internal(set) var isSettled: Bool
    /// The whole of the video, where others may make some of its clips; nil where all are made here.
    var shared: SharedVideo?
}

/// A video whose clips are not all made by this run.
struct SharedVideo: Sendable {
    /// All its clips.
    let clips: Int
    /// Chunks of all its clips.
    let chunks: Int
    /// Whether this run writes the video's own record, which one of those does that share it.
    let writesRecord: Bool
}

/// What remains of a clip in memory until its video is done.
public struct ClipDigest: Sendable {
    /// The clip's id in lower case.
    public let name: String
    /// Start and end in seconds.
    public let span: ClipSpan
    /// Whether the clip has a file of its own.
    public let isEncoded: Bool
    /// Whether a window has a preview.
    public let hasPreview: Bool
    /// The caption of each window by `start_end`.
    public let captions: [(window: String, text: String?)]
    /// The enhanced caption of each window by `start_end`.
    public let enhancedCaptions: [(window: String, text: String?)]
}
