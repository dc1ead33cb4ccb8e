internal import CLibAV
import Dispatch
import Foundation
import ShotlistCore
import Synchronization

/// Brings pictures of high dynamic range (PQ and HLG, ITU-R BT.2100) to standard range.
///
/// `docs/exactness.md` has the same as a command of ffmpeg's. A mapper works in single precision on whole pictures, and
/// holds some 300 MB at 3840x2160: so there are few of them in a process, which all threads share.
enum ToneMapping {
    private static let idle = Mutex<[ToneMapper]>([])
    private static let room = DispatchSemaphore(
        value: max(1, min(4, ProcessInfo.processInfo.activeProcessorCount / 2)))

    /// `frame` in standard range; itself where that is what it has.
    static func inStandardRange(
        _ frame: DecodedFrame, for target: ToneMapper.Target
    ) throws(ShotlistError) -> DecodedFrame {
        guard isNeeded(for: frame.pointer.pointee.color_trc) else { return frame }
        room.wait()
        defer { room.signal() }
        let kind = ToneMapper.Kind(frame.pointer.pointee, for: target)
        let mapper = idle.withLock { idle in
            idle.firstIndex { $0.kind == kind }.map { idle.remove(at: $0) } ?? idle.popLast() ?? ToneMapper()
        }
        defer { idle.withLock { $0.append(mapper) } }
        return try mapper.map(frame, for: target)
    }

    /// Whether pictures with that transfer function have a high dynamic range.
    static func isNeeded(for transfer: AVColorTransferCharacteristic) -> Bool {
        transfer == AVCOL_TRC_SMPTE2084 || transfer == AVCOL_TRC_ARIB_STD_B67
    }

    /// The colours of a stream after mapping: its own where nothing is mapped.
    static func colours(of stream: AVCodecParameters) -> AVCodecParameters {
        guard isNeeded(for: stream.color_trc) else { return stream }
        var mapped = stream
        mapped.color_trc = AVCOL_TRC_BT709
        mapped.color_primaries = AVCOL_PRI_BT709
        mapped.color_space = AVCOL_SPC_BT709
        mapped.color_range = AVCOL_RANGE_MPEG
        return mapped
    }
}
