import ShotlistCore

/// Which failures settle nothing, so that the next run tries again without being told to.
extension ShotlistError.Code {
    /// Whether it is about the machine at that time, and not about what was worked on: a disk or a folder that was away, memory
    /// that was short, an engine that was lost.
    var isOfTheMachine: Bool {
        switch self {
        case .unreadable, .outOfMemory, .diskFull, .writeFailed, .cancelled: true
        default: false
        }
    }
}

extension WindowReason {
    /// Whether what failed for this is not settled.
    var isTriedAgain: Bool { ShotlistError.Code(rawValue: code)?.isOfTheMachine == true }
}
