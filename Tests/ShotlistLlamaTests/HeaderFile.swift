import Foundation

/// A GGUF file with keys and hardly any weights, for rules that look at headers alone.
///
/// The format is that of ggml's `docs/gguf.md`, version 3.
struct HeaderFile {
    private var keys: [Data] = []
    private var tensors: [(name: String, values: UInt64)] = []

    init(architecture: String) {
        keys.append(Self.text("general.architecture") + Self.number(8) + Self.text(architecture))
    }

    mutating func set(_ key: String, _ value: UInt32) {
        keys.append(Self.text(key) + Self.number(4) + Self.number(value))
    }

    mutating func set(_ key: String, _ value: String) {
        keys.append(Self.text(key) + Self.number(8) + Self.text(value))
    }

    mutating func set(_ key: String, _ values: [Int32]) {
        keys.append(
            Self.text(key) + Self.number(9) + Self.number(5) + Self.long(values.count)
                + values.reduce(into: Data()) { $0 += Self.number(UInt32(bitPattern: $1)) })
    }

    /// Adds a tensor of 32-bit numbers, by eight; the file holds eight zeros for each tensor, however long it says it is.
    mutating func addTensor(_ name: String, values: UInt64 = 8) {
        tensors.append((name, values))
    }

    func write(to url: URL) throws {
        var data = Data("GGUF".utf8) + Self.number(3) + Self.long(tensors.count) + Self.long(keys.count)
        keys.forEach { data += $0 }
        var offset: UInt64 = 0
        for (name, values) in tensors {
            data += Self.text(name) + Self.number(1) + Self.long(values) + Self.number(0) + Self.long(offset)
            offset &+= values &* 4
        }
        data += Data(count: (32 - data.count % 32) % 32 + tensors.count * 32)
        try data.write(to: url)
    }

    private static func text(_ text: String) -> Data { long(text.utf8.count) + Data(text.utf8) }

    private static func number(_ value: UInt32) -> Data { withUnsafeBytes(of: value.littleEndian) { Data($0) } }

    private static func long(_ value: Int) -> Data { long(UInt64(value)) }

    private static func long(_ value: UInt64) -> Data { withUnsafeBytes(of: value.littleEndian) { Data($0) } }
}
