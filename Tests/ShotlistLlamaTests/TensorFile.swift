import Foundation
import Testing

/// The tensors of a GGUF file, read by its specification (version 3), so that a test sees what is really in it.
struct TensorFile {
    /// Sizes of the types of values, by their numbers; texts (8) and arrays (9) say theirs.
    private static let sizes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8]
    private let data: Data
    private var place = 0
    private var offsets: [String: Int] = [:]

    init(path: String) throws {
        data = try Data(contentsOf: URL(fileURLWithPath: path))
        try #require(data.prefix(4) == Data("GGUF".utf8))
        place = 8
        let tensors = number(UInt64.self)
        for _ in 0..<number(UInt64.self) {
            _ = text()
            skipValue(type: number(UInt32.self))
        }
        var starts: [(String, Int)] = []
        for _ in 0..<tensors {
            let name = text()
            skip(number(UInt32.self) * 8 + 4)
            starts.append((name, number(UInt64.self)))
        }
        let base = (place + 31) / 32 * 32
        for (name, start) in starts { offsets[name] = base + start }
    }

    /// The first bytes of a tensor.
    func bytes(of name: String, count: Int) throws -> [UInt8] {
        let start = try #require(offsets[name], "no tensor \(name)")
        return [UInt8](data[start..<start + count])
    }

    /// The first number of a tensor in single precision.
    func float(of name: String) throws -> Float {
        try bytes(of: name, count: 4).withUnsafeBytes { $0.loadUnaligned(as: Float.self) }
    }

    private mutating func number<Value: FixedWidthInteger>(_: Value.Type) -> Int {
        let size = MemoryLayout<Value>.size
        let value = data[place..<place + size].withUnsafeBytes { $0.loadUnaligned(as: Value.self) }
        place += size
        return Int(value)
    }

    private mutating func text() -> String {
        let length = number(UInt64.self)
        defer { place += length }
        return String(decoding: data[place..<place + length], as: UTF8.self)
    }

    private mutating func skip(_ count: Int) { place += count }

    private mutating func skipValue(type: Int) {
        switch type {
        case 8: _ = text()
        case 9:
            let inner = number(UInt32.self)
            for _ in 0..<number(UInt64.self) { skipValue(type: inner) }
        default: place += Self.sizes[type]
        }
    }
}
