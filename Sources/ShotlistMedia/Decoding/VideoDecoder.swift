internal import CLibAV
import ShotlistCore

/// On what videos are decoded.
///
/// What a card cannot decode, the processor does, and so does what is beyond the few videos that a card takes at once.
public enum VideoDecoder: String, Sendable, Hashable, Codable, CaseIterable {
    /// A card that is there, or else the processor.
    case auto
    /// The processor.
    case cpu
    /// An NVIDIA card, through FFmpeg's `cuda`.
    case cuda
    /// A card of Intel's or AMD's, through FFmpeg's `vaapi`.
    case vaapi

    /// What this comes to here, looked up once in a process: the card that videos are decoded on, nil for none.
    var device: HardwareDevice? {
        for kind in kinds where kind.isThere {
            if let device = try? kind.opened.get() { return device }
        }
        return nil
    }

    /// Whether this machine has a card to try; it may turn out not to work.
    var mayUseCard: Bool { kinds.contains { $0.isThere } }

    /// Why videos are decoded on the processor although a card was named; nil where the card works, and where none was
    /// named.
    public var problem: String? {
        guard let kind = kinds.first, self != .auto else { return nil }
        switch kind.opened {
        case .success: return nil
        case .failure(let error): return "\(error.message) Videos are decoded on the processor. \(error.remedy)"
        }
    }

    /// Those that decode on a card of this machine.
    public static var workingHardware: [VideoDecoder] {
        [.cuda, .vaapi].filter { decoder in
            decoder.kinds.contains { $0.isThere && (try? $0.opened.get()) != nil }
        }
    }

    /// The kinds of cards to try, in order.
    private var kinds: [HardwareDevice.Kind] {
        switch self {
        case .cpu: []
        case .cuda: [.cuda]
        case .vaapi: [.vaapi]
        case .auto: [.cuda, .vaapi]
        }
    }
}
