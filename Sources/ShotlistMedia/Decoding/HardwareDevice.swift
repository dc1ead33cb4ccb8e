internal import CLibAV
import Foundation
import ShotlistCore

/// A card that decodes, opened once and kept until the process ends.
///
/// Unchecked because of the pointer: it is only ever given to libav, which counts its references with atomics.
final class HardwareDevice: @unchecked Sendable {
    /// libav's device; valid as long as this object is.
    let reference: UnsafeMutablePointer<AVBufferRef>
    private let type: AVHWDeviceType

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

    /// Whether the card may be able to decode what `codec` decodes; the stream itself tells only when it is decoded.
    func suits(_ codec: UnsafePointer<AVCodec>) -> Bool {
        Self.pictureFormat(of: codec, on: type) != nil
    }

    /// Chooses the card's own kind of pictures where the decoder offers them, and else one of the processor's: libav
    /// asks again without the former when the card turns a stream down.
    static let choose:
        @convention(c) (
            UnsafeMutablePointer<AVCodecContext>?, UnsafePointer<AVPixelFormat>?
        ) -> AVPixelFormat = { context, offered in
            guard let context, let offered else { return AV_PIX_FMT_NONE }
            if let device = context.pointee.hw_device_ctx, let codec = context.pointee.codec {
                let type = UnsafeRawPointer(device.pointee.data).assumingMemoryBound(to: AVHWDeviceContext.self).pointee
                    .type
                if let wanted = pictureFormat(of: codec, on: type) {
                    var format = offered
                    while format.pointee != AV_PIX_FMT_NONE {
                        if format.pointee == wanted { return wanted }
                        format += 1
                    }
                }
            }
            return avcodec_default_get_format(context, offered)
        }

    private static func pictureFormat(of codec: UnsafePointer<AVCodec>, on type: AVHWDeviceType) -> AVPixelFormat? {
        var index: Int32 = 0
        while let config = avcodec_get_hw_config(codec, index) {
            let byDevice = Int(config.pointee.methods) & Int(AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) != 0
            if byDevice, config.pointee.device_type == type { return config.pointee.pix_fmt }
            index += 1
        }
        return nil
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
            case .vaapi: FileManager.default.fileExists(atPath: "/dev/dri/renderD128")
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
