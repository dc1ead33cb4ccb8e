internal import CLibAV

/// Counts the packets that libav reads to find out what a file's streams are, and stops it at a limit: a file may have
/// millions that tell nothing.
final class OpeningBudget {
    private var left: Int

    /// A budget of so many packets.
    init(packets: Int) { left = packets }

    /// Whether libav was stopped.
    var isSpent: Bool { left < 0 }

    /// What libav asks before each packet; valid as long as this object is.
    var callback: AVIOInterruptCB {
        AVIOInterruptCB(
            callback: { opaque in
                guard let opaque else { return 0 }
                let budget = Unmanaged<OpeningBudget>.fromOpaque(opaque).takeUnretainedValue()
                budget.left -= 1
                return budget.isSpent ? 1 : 0
            }, opaque: Unmanaged.passUnretained(self).toOpaque())
    }
}
