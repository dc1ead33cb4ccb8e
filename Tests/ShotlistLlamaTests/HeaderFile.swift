import Foundation

/// A GGUF file with keys and hardly any weights, for rules that look at headers alone.
///
/// The format is that of ggml's `docs/gguf.md`, version 3.
struct HeaderFile {
    private var keys: [Data] = []
    private var tensors: [String] = []

    init(architecture: String) {
        keys.append(Self.text("general.architecture") + Self.number(8) + Self.text(architecture))
    }

    mutating func set(_ key: String, _ value: UInt32) {
        keys.append(Self.text(key) + Self.number(4) + Self.number(value))
    }

    mutating func set(_ key: String, _ values: [Int32]) {
        keys.append(
            Self.text(key) + Self.number(9) + Self.number(5) + Self.long(values.count)
                + values.reduce(into: Data()) { $0 += Self.number(UInt32(bitPattern: $1)) })
    }

    /// Adds a tensor of eight 32-bit zeros.
    mutating func addTensor(_ name: String) {
        tensors.append(name)
    }

    func write(to url: URL) throws {
        var data = Data("GGUF".utf8) + Self.number(3) + Self.long(tensors.count) + Self.long(keys.count)
        keys.forEach { data += $0 }
        for (index, name) in tensors.enumerated() {
            data += Self.text(name) + Self.number(1) + Self.long(8) + Self.number(0) + Self.long(index * 32)
        }
        data += Data(count: (32 - data.count % 32) % 32 + tensors.count * 32)
        try data.write(to: url)
    }

    private static func text(_ text: String) -> Data { long(text.utf8.count) + Data(text.utf8) }

    private static func number(_ value: UInt32) -> Data { withUnsafeBytes(of: value.littleEndian) { Data($0) } }

    private static func long(_ value: Int) -> Data { withUnsafeBytes(of: UInt64(value).littleEndian) { Data($0) } }
}
