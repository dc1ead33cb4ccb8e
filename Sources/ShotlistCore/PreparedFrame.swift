/// A frame's pixels as an engine or a stage of the user's own takes them: red, green, blue, rows from the top,
/// values 0...255 in the type that was asked for.
public struct PreparedFrame: Sendable, Hashable {
    /// Width and height.
    public let size: PixelSize
    /// The type of each value.
    public let dtype: PreprocessDType
    /// `height * width * 3` values of `dtype`, in the machine's byte order.
    public let bytes: [UInt8]

    /// Converts an 8-bit frame.
    public init(_ frame: RGBFrame, dtype: PreprocessDType) {
        size = frame.size
        self.dtype = dtype
        guard dtype != .uint8 else {
            bytes = frame.bytes
            return
        }
        let patterns = (0...255).map { dtype.pattern(of: UInt8($0)) }
        bytes = dtype.byteCount == 2 ? Self.stored(frame, patterns.map { UInt16($0) }) : Self.stored(frame, patterns)
    }

    /// Each value's pattern, one after another. A loop over a known type is several times faster than one over bytes.
    private static func stored<Pattern: FixedWidthInteger>(_ frame: RGBFrame, _ patterns: [Pattern]) -> [UInt8] {
        let total = frame.bytes.count * MemoryLayout<Pattern>.size
        return [UInt8](unsafeUninitializedCapacity: total) { output, count in
            let raw = UnsafeMutableRawBufferPointer(output)
            patterns.withUnsafeBufferPointer { patterns in
                for (index, value) in frame.bytes.enumerated() {
                    raw.storeBytes(
                        of: patterns[Int(value)], toByteOffset: index * MemoryLayout<Pattern>.size, as: Pattern.self)
                }
            }
            count = total
        }
    }

    /// The frame in 8 bits, without loss, since every type holds 0...255 exactly.
    public var rgb: RGBFrame {
        guard dtype != .uint8 else { return RGBFrame(size: size, bytes: bytes) }
        // The upper 16 bits of a pattern tell its value in all three types.
        var values = [UInt8](repeating: 0, count: 1 << 16)
        let isWide = dtype.byteCount == 4
        for value in 0...255 {
            let pattern = dtype.pattern(of: UInt8(value))
            values[Int(isWide ? pattern >> 16 : pattern)] = UInt8(value)
        }
        let total = bytes.count / dtype.byteCount
        let pixels = [UInt8](unsafeUninitializedCapacity: total) { output, count in
            bytes.withUnsafeBytes { raw in
                for index in 0..<total {
                    let pattern =
                        isWide
                        ? Int(raw.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self) >> 16)
                        : Int(raw.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
                    output[index] = values[pattern]
                }
            }
            count = total
        }
        return RGBFrame(size: size, bytes: pixels)
    }
}

extension PreprocessDType {
    /// The bits of a whole number from 0 to 255 in this type.
    fileprivate func pattern(of value: UInt8) -> UInt32 {
        switch self {
        case .uint8: UInt32(value)
        case .float32: Float(value).bitPattern
        case .bfloat16: Float(value).bitPattern >> 16
        case .float16: UInt32(Self.halfPattern(of: value))
        }
    }

    /// IEEE 754 binary16 of a whole number: five bits of exponent with bias 15, ten of fraction.
    private static func halfPattern(of value: UInt8) -> UInt16 {
        guard value > 0 else { return 0 }
        let exponent = 7 - value.leadingZeroBitCount
        let fraction = (UInt16(value) << (10 - UInt16(exponent))) & 0x3ff
        return UInt16(exponent + 15) << 10 | fraction
    }
}
