import Foundation
import ShotlistCore
import ShotlistLedger
import Synchronization

/// How a run goes on: under which settings it works, what it looks up in the ledger and what it tells it.
struct Resume: Sendable {
    let ledger: Ledger
    let keys: RunKeys
    /// The settings of windows' answers: of captions, or of windows that are only prepared.
    let answers: WorkKey
    /// The settings of captions before their enhancement; nil where none are enhanced.
    let captions: WorkKey?
    let policy: ResumePolicy
    let outputPath: String
    /// Where the output's files are.
    let files: any OutputFiles
    /// This run's number.
    let runID: Int64
    let context: RunContext
    /// Whether clips' files are kept, and not only told of.
    let keepsClipFiles: Bool
    /// Whether answers have named captions or enhancements, which are counted, too.
    let hasWords: Bool
    /// The variant under whose name captions are kept; nil in a run that makes none.
    let variant: String?
    /// The windows that are asked about; nil for all.
    let selection: SelectedWindows?
    private let tracked = TrackedSources()

    /// Videos of which the ledger knows what they hold. What is made of others is not told to it.
    private final class TrackedSources: Sendable {
        let paths = Mutex<Set<PathKey>>([])
    }

    init(
        ledger: Ledger, keys: RunKeys, answers: WorkKey, captions: WorkKey?, policy: ResumePolicy, outputPath: String,
        files: any OutputFiles, runID: Int64, context: RunContext, keepsClipFiles: Bool, hasWords: Bool,
        variant: String?, selection: SelectedWindows?
    ) {
        self.ledger = ledger
        self.keys = keys
        self.answers = answers
        self.captions = captions
        self.policy = policy
        self.outputPath = outputPath
        self.files = files
        self.runID = runID
        self.context = context
        self.keepsClipFiles = keepsClipFiles
        self.hasWords = hasWords
        self.variant = variant
        self.selection = selection
    }

    /// The ledger knows what a video holds, and its clips.
    func track(_ path: String) {
        tracked.paths.withLock { _ = $0.insert(PathKey(path)) }
    }

    /// Whether what is made of a video is told to the ledger.
    func tracks(_ video: Video) -> Bool {
        tracked.paths.withLock { $0.contains(PathKey(video.inputPath)) }
    }

    /// Nothing more is made of a video.
    func untrack(_ path: String) {
        tracked.paths.withLock { _ = $0.remove(PathKey(path)) }
    }
}

/// What a stopped run leaves undone is no answer.
extension Window {
    /// Whether the run was stopped before it came to the window.
    var wasLeftOut: Bool { reason?.code == ShotlistError.Code.cancelled.rawValue }

    /// Whether the run was stopped before the window's caption was enhanced.
    var wasLeftUnenhanced: Bool { enhancementRecord?.reason?.code == ShotlistError.Code.cancelled.rawValue }
}
