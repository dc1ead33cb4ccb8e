import Foundation
import Logging
import ShotlistCore
import ShotlistMedia

/// What a run gives its stages.
public struct RunContext: Sendable {
    /// Threads for media work, at least 1.
    public let threads: Int
    /// On what videos are decoded.
    public let decoder: VideoDecoder
    /// Opens and reads video files, here or in processes of their own.
    package let media: any MediaReading
    /// What a video may ask for at most.
    public let limits: MediaLimits
    /// Runs calls that block.
    public let pool: BlockingPool
    /// Set when the run is to stop; long blocking calls look at it.
    public let cancellation: CancellationFlag
    /// A folder for files that are not whole yet; gone when the run ends.
    public let stagingFolder: URL
    /// Where warnings go.
    public let logger: Logger
    /// Holds the run while the output's disk has no room.
    let room: DiskRoom
    /// Counts and measures the run.
    let metrics: RunMetrics
    /// What the stages that follow want drawn from the decode pass.
    public let previewPlan: PreviewPlan?
    /// Whether a stage that follows reads windows' prepared inputs.
    public let inputsAreRead: Bool
    /// Tells whoever watches the run.
    public let report: @Sendable (RunEvent) -> Void
    /// Whether somebody waits for a copy of the ledger of an output in a bucket.
    let wantsCopy: @Sendable () -> Bool
    /// The variant under whose name this run's captions are kept; nil when it makes none.
    public let captionVariant: String?
    /// Whether the run shares its output with others.
    let joins: Bool
    /// What the run makes of an output to which others on other machines write, too.
    let share: OutputShare
    /// This program's name and version, as the output's ledger keeps them.
    let program: String
    /// The hash of the settings of windows' answers; known when every stage is set up, where the output has a ledger.
    let answerSettings = StageState<String>()
    /// Videos whose clips a limit refuses one after another.
    let refusedClips = RefusedClips()

    /// Asks whatever blocks to stop; processes that read files are ended at once.
    func stop() {
        cancellation.set()
        media.cancel()
    }
}
