import ShotlistCore
import ShotlistLedger
import ShotlistMedia

/// Which failures settle nothing, so that the next run tries again without being told to.
extension ShotlistError.Code {
    /// Whether it is about the machine at that time, and not about what was worked on: a disk or a folder that was away, memory
    /// that was short, an engine or a model that was lost.
    var isOfTheMachine: Bool {
        switch self {
        case .storageRefused, .storageUnreachable: true
        case .unreadable, .outOfMemory, .engineFailed, .diskFull, .writeFailed, .cancelled: true
        // Models are looked for by a run, not by a window.
        case .modelMissing, .modelDownloadFailed, .modelGated, .offline, .modelInvalid: true
        default: false
        }
    }
}

extension WindowReason {
    /// Whether what failed for this is not settled. A limit may have been raised since; of a whole video it is known which
    /// it was (``RefusedWork``).
    var isTriedAgain: Bool { isOfALimit || ShotlistError.Code(rawValue: code)?.isOfTheMachine == true }

    /// Whether the file asked for more than a limit allows.
    var isOfALimit: Bool { code == ShotlistError.Code.limitExceeded.rawValue }
}

extension WindowOutcome {
    /// Whether something of it failed that is not settled.
    var isTriedAgain: Bool {
        (status == .error && reason?.isTriedAgain == true)
            || (enhancementRecord?.status == .error && enhancementRecord?.reason?.isTriedAgain == true)
            || namedCaptions.values.contains { $0.status == .error && $0.reason?.isTriedAgain == true }
    }
}

/// Work that a limit refused: under other limits it may be done.
struct RefusedWork: Encodable {
    /// The hash of the whole work's settings.
    let work: String
    let limits: MediaLimits

    /// The key of videos that are refused under these settings and limits; nil for limits that cannot be told apart.
    static func key(_ keys: RunKeys, _ limits: MediaLimits) -> WorkKey? {
        try? WorkKey(RefusedWork(work: keys.all.hash, limits: limits))
    }
}
