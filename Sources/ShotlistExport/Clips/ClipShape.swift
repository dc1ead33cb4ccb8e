import ShotlistCore
import ShotlistMedia

/// What a window's clip is going to be.
struct ClipShape: Sendable, Hashable {
    /// What is done for it.
    enum Work: Sendable, Hashable {
        /// The clip's file is what is wanted.
        case asItIs
        /// These frames of it, as they are.
        case cut(Range<Int>)
        /// Its frames are chosen by ``FrameChoice``, and made to look otherwise. They are not kept: of a million windows they
        /// would be gigabytes.
        case remade(ClipForm)
    }

    let work: Work
    /// Whether the window is the whole clip.
    let coversClip: Bool
    let frames: Int
    let fps: Double
    let size: PixelSize
}
