import ShotlistCore
import ShotlistLedger
import Synchronization

/// Notices a video that no clip comes out of: a limit refuses one after another, each after all the work that the limit
/// allows, and would refuse those that are left. A small file that says it lasts for hours could hold a run up with that.
final class RefusedClips: Sendable {
    /// Clips in a row after which a video's others are not tried.
    static let most = 8

    /// Which of each video's clips were refused in a row; videos of which the last one was not are not in it.
    private let refused = Mutex<[PathKey: Set<Clip.ID>]>([:])

    /// Counts a clip that was worked on; its windows and its file may both be refused, and count once.
    func note(_ clip: Clip, isRefused: Bool) {
        let video = PathKey(clip.video.inputPath)
        refused.withLock { refused in
            guard isRefused else { return refused[video] = nil }
            refused[video, default: []].insert(clip.id)
        }
    }

    /// Why a clip is not to be tried; nil when it is.
    func refusal(of clip: Clip) -> ShotlistError? {
        let path = clip.video.inputPath
        guard refused.withLock({ $0[PathKey(path), default: []].count }) >= Self.most else { return nil }
        return ShotlistError(
            .limitExceeded,
            "The file \(path) is refused: a limit has refused \(Self.most) clips of it in a row, and the others are not tried.",
            remedy: "See why the first ones were refused; if it is meant to be so, raise that limit.")
    }
}
