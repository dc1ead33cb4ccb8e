import ShotlistCore

/// Something that happened in a run, for progress and logs.
public enum RunEvent: Sendable {
    /// The files were found: how many, and their bytes together.
    case started(videos: Int, bytes: Int)
    /// A video was opened and split.
    case videoOpened(Video, clips: Int)
    /// A video could not be read, now or by an earlier run; the run goes on.
    case videoFailed(VideoFile, ShotlistError)
    /// A window is given to the engine, under the settings of this hash (empty without a ledger).
    case windowAsked(Window.ID, settings: String)
    /// A window's caption, made under the settings of this hash, is in the ledger and on the disk.
    case windowCommitted(Window.ID, settings: String)
    /// A window went through every stage.
    case windowFinished(Window, clip: Clip)
    /// A window is captioned and waits, without its frames, until its caption is enhanced.
    case windowWaits(Window, clip: Clip)
    /// A window was done by an earlier run; its clip is not yet.
    case windowKept(Window, clip: Clip)
    /// A clip is written.
    case clipFinished(FinishedClip)
    /// A clip was done by an earlier run; its video is not yet.
    case clipKept(Clip, windows: Int)
    /// A video is done with.
    case videoFinished(FinishedVideo)
    /// A video was done by an earlier run.
    case videoKept(VideoFile, clips: Int, windows: Int)
    /// The ledger of an output in a bucket is being copied there, with all that was told before.
    case ledgerCopying
    /// The copy that was begun last is there.
    case ledgerCopied
    /// The copy that was begun last could not be made; another try follows.
    case ledgerNotCopied(any Error)
    /// Something that a person may want to know.
    case note(String)
    /// Something that a person may want to mend, which stopped nothing.
    case warning(String)
}
