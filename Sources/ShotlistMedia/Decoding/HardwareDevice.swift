internal import CLibAV
import Foundation
import ShotlistCore
import Synchronization

/// A card that decodes, opened once and kept until the process ends.
///
/// Unchecked because of the pointer: it is only ever given to libav, which counts its references with atomics.
final class HardwareDevice: @unchecked Sendable {
    /// libav's device; valid as long as this object is.
    let reference: UnsafeMutablePointer<AVBufferRef>
    private let type: AVHWDeviceType
    /// Decoders that use the card now. Each holds pictures in its memory, beside a model's.
    private let decoders = Atomic<Int>(0)
    private static let mostDecoders = 4

    private init(_ kind: Kind) throws(ShotlistError) {
        LibAVLog.install()
        LibAVLog.forget()
        var reference: UnsafeMutablePointer<AVBufferRef>?
        let status = av_hwdevice_ctx_create(&reference, kind.type, nil, nil, 0)
        try LibAVStatus.check(
            status, .notAvailable, "'\(kind.name)' cannot decode here",
            remedy: "`shotlist doctor` tells what can.")
        guard let reference else { throw LibAVStatus.outOfMemory("A card cannot be opened") }
        self.reference = reference
        type = kind.type
    }

    deinit {
        var reference: UnsafeMutablePointer<AVBufferRef>? = reference
        av_buffer_unref(&reference)
    }

    /// A place for one more decoder; false where there are as many as the card is to hold.
    func enter() -> Bool {
        if decoders.add(1, ordering: .relaxed).newValue <= Self.mostDecoders { return true }
        leave()
        return false
    }

    /// Gives the place back.
    func leave() { decoders.subtract(1, ordering: .relaxed) }

    /// Whether the card may be able to decode what `codec` decodes; the stream itself tells only when it is decoded.
    func suits(_ codec: UnsafePointer<AVCodec>) -> Bool {
        var index: Int32 = 0
        while let config = avcodec_get_hw_config(codec, index) {
            let byDevice = Int(config.pointee.methods) & Int(AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) != 0
            if byDevice, config.pointee.device_type == type { return true }
            index += 1
        }
        return false
    }
}

extension HardwareDevice {
    /// A kind of card.
    enum Kind: Sendable {
        case cuda, vaapi

        var name: String {
            switch self {
            case .cuda: "cuda"
            case .vaapi: "vaapi"
            }
        }

        var type: AVHWDeviceType {
            switch self {
            case .cuda: AV_HWDEVICE_TYPE_CUDA
            case .vaapi: AV_HWDEVICE_TYPE_VAAPI
            }
        }

        /// Whether the system has a card of this kind at all. Where it has none, libraries that would only complain are
        /// not loaded.
        var isThere: Bool {
            switch self {
            case .cuda: ["/dev/nvidiactl", "/dev/dxg"].contains { FileManager.default.fileExists(atPath: $0) }
            case .vaapi:
                (try? FileManager.default.contentsOfDirectory(atPath: "/dev/dri"))?
                    .contains { $0.hasPrefix("renderD") } ?? false
            }
        }

        /// The card, or why there is none; opened when it is first asked for.
        var opened: Result<HardwareDevice, ShotlistError> {
            switch self {
            case .cuda: Self.openedCUDA
            case .vaapi: Self.openedVAAPI
            }
        }

        private static let openedCUDA = open(.cuda)
        private static let openedVAAPI = open(.vaapi)

        private static func open(_ kind: Kind) -> Result<HardwareDevice, ShotlistError> {
            Result { () throws(ShotlistError) in try HardwareDevice(kind) }
        }
    }
}
