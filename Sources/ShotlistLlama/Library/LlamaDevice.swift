internal import CLlama
import ShotlistCore

/// A device that llama.cpp can compute on.
public struct LlamaDevice: Sendable, Hashable {
    /// What kind of device it is.
    public enum Kind: String, Sendable, Hashable {
        case cpu, gpu, accelerator
    }

    /// The name that `--device` takes, such as `CPU` or `CUDA0`.
    public let name: String
    /// What it is, such as a processor's name.
    public let description: String
    /// What kind it is.
    public let kind: Kind
    /// Memory in bytes, 0 when the backend does not say.
    public let memory: Int

    /// The devices of this build on this machine.
    public static var all: [LlamaDevice] {
        _ = LlamaLog.installed
        return (0..<ggml_backend_dev_count()).compactMap { index in
            ggml_backend_dev_get(index).map(LlamaDevice.init)
        }
    }

    private init(_ device: ggml_backend_dev_t) {
        name = ggml_backend_dev_name(device).map { String(cString: $0) } ?? ""
        description = ggml_backend_dev_description(device).map { String(cString: $0) } ?? ""
        switch ggml_backend_dev_type(device) {
        case GGML_BACKEND_DEVICE_TYPE_CPU: kind = .cpu
        case GGML_BACKEND_DEVICE_TYPE_GPU, GGML_BACKEND_DEVICE_TYPE_IGPU: kind = .gpu
        default: kind = .accelerator
        }
        var free = 0
        var total = 0
        ggml_backend_dev_memory(device, &free, &total)
        memory = total
    }

    /// llama.cpp's device of this name, upper and lower case alike.
    ///
    /// - Throws: ``ShotlistError`` (`unknown_device`) with the names that there are.
    static func named(_ name: String) throws(ShotlistError) -> ggml_backend_dev_t {
        let devices = all
        if let known = devices.first(where: { $0.name.lowercased() == name.lowercased() }),
            let device = ggml_backend_dev_by_name(known.name)
        {
            return device
        }
        throw ShotlistError(
            .unknownDevice, "There is no device '\(name)' on this machine, or this build has no backend for it.",
            remedy: "Use one of: \(devices.map(\.name).joined(separator: ", ")).")
    }
}
