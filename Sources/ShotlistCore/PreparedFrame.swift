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
        let width = dtype.byteCount
        let patterns = (0...255).map { dtype.pattern(of: UInt8($0)) }
        bytes = [UInt8](unsafeUninitializedCapacity: frame.bytes.count * width) { output, count in
            for (index, value) in frame.bytes.enumerated() {
                let pattern = patterns[Int(value)]
                for byte in 0..<width {
                    output[index * width + byte] = UInt8(truncatingIfNeeded: pattern >> (8 * UInt32(byte)))
                }
            }
            count = frame.bytes.count * width
        }
    }

    /// The frame in 8 bits, without loss, since every type holds 0...255 exactly.
    public var rgb: RGBFrame {
        guard dtype != .uint8 else { return RGBFrame(size: size, bytes: bytes) }
        let width = dtype.byteCount
        let values = (0..<bytes.count / width).map { index in
            var pattern: UInt32 = 0
            for byte in 0..<width { pattern |= UInt32(bytes[index * width + byte]) << (8 * UInt32(byte)) }
            return dtype.value(of: pattern)
        }
        return RGBFrame(size: size, bytes: values)
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

    fileprivate func value(of pattern: UInt32) -> UInt8 {
        switch self {
        case .uint8: UInt8(pattern)
        case .float32: UInt8(Float(bitPattern: pattern))
        case .bfloat16: UInt8(Float(bitPattern: pattern << 16))
        case .float16: Self.halfValue(of: UInt16(pattern))
        }
    }

    /// IEEE 754 binary16 of a whole number: five bits of exponent with bias 15, ten of fraction.
    private static func halfPattern(of value: UInt8) -> UInt16 {
        guard value > 0 else { return 0 }
        let exponent = 7 - value.leadingZeroBitCount
        let fraction = (UInt16(value) << (10 - UInt16(exponent))) & 0x3ff
        return UInt16(exponent + 15) << 10 | fraction
    }

    private static func halfValue(of pattern: UInt16) -> UInt8 {
        guard pattern > 0 else { return 0 }
        let exponent = Int(pattern >> 10) - 15
        return UInt8(((pattern & 0x3ff) | 0x400) >> UInt16(10 - exponent))
    }
}
