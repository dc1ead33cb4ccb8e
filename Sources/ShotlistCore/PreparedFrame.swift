/// A frame's pixels as an engine or a stage of the user's own takes them: red, green, blue, rows from the top,
/// values 0...255 in the type that was asked for.
public struct PreparedFrame: Sendable, Hashable {
    /// The frame in 8 bits, in which it waits whatever the type: every type holds 0...255 exactly.
    public let rgb: RGBFrame
    /// The type of each value of ``bytes``.
    public let dtype: PreprocessDType

    /// Keeps an 8-bit frame.
    public init(_ frame: RGBFrame, dtype: PreprocessDType) {
        rgb = frame
        self.dtype = dtype
    }

    /// Width and height.
    public var size: PixelSize { rgb.size }

    /// `height * width * 3` values of ``dtype``, in the machine's byte order; made anew by each call.
    public var bytes: [UInt8] {
        guard dtype != .uint8 else { return rgb.bytes }
        let patterns = (0...255).map { dtype.pattern(of: UInt8($0)) }
        return dtype.byteCount == 2 ? stored(patterns.map { UInt16($0) }) : stored(patterns)
    }

    /// Each value's pattern, one after another. A loop over a known type is several times faster than one over bytes.
    private func stored<Pattern: FixedWidthInteger>(_ patterns: [Pattern]) -> [UInt8] {
        let total = rgb.bytes.count * MemoryLayout<Pattern>.size
        return [UInt8](unsafeUninitializedCapacity: total) { output, count in
            let raw = UnsafeMutableRawBufferPointer(output)
            patterns.withUnsafeBufferPointer { patterns in
                for (index, value) in rgb.bytes.enumerated() {
                    raw.storeBytes(
                        of: patterns[Int(value)], toByteOffset: index * MemoryLayout<Pattern>.size, as: Pattern.self)
                }
            }
            count = total
        }
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
