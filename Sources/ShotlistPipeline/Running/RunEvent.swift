import ShotlistCore

/// Something that happened in a run, for progress and logs.
public enum RunEvent: Sendable {
    /// The files were found: how many, and their bytes together.
    case started(videos: Int, bytes: Int)
    /// A video was opened and split.
    case videoOpened(Video, clips: Int)
    /// A video could not be read; the run goes on.
    case videoFailed(VideoFile, ShotlistError)
    /// A window went through every stage.
    case windowFinished(Window, clip: Clip)
    /// A window is captioned and waits, without its frames, until its caption is enhanced.
    case windowWaits(Window, clip: Clip)
    /// A clip is written.
    case clipFinished(FinishedClip)
    /// A video is done with.
    case videoFinished(FinishedVideo)
    /// Something that a person may want to know.
    case note(String)
    /// Something that a person may want to mend, which stopped nothing.
    case warning(String)
}
