/// Resizes pictures as torchvision's `resize` does with BICUBIC and antialias, which models of the Qwen-VL family are
/// trained and run with: filtered in single precision, first along rows, then along columns, clamped to 0...255 and
/// rounded half to even.
///
/// swscale's bicubic is not used in its place: its coefficients are others (c = 0.6), which moves a film frame's
/// values by 0.1 to 0.2 on average and by up to 3 (1280x720 to 1008x560 and to 364x196).
///
/// One value in some tens of thousands may differ by 1 from torch's, where the exact result lies between two
/// values and the order of additions decides.
public struct BicubicResize: Sendable {
    /// The size of the pictures to resize.
    public let source: PixelSize
    /// The size they get.
    public let target: PixelSize

    private let columns: BicubicWeights
    private let rows: BicubicWeights

    /// Prepares resizing from `source` to `target`, neither of them empty.
    public init(from source: PixelSize, to target: PixelSize) {
        precondition(source.width > 0 && source.height > 0 && target.width > 0 && target.height > 0)
        self.source = source
        self.target = target
        columns = BicubicWeights(input: source.width, output: target.width)
        rows = BicubicWeights(input: source.height, output: target.height)
    }

    /// `frame` in the size `target`.
    public static func resize(_ frame: RGBFrame, to target: PixelSize) -> RGBFrame {
        guard frame.size != target else { return frame }
        return BicubicResize(from: frame.size, to: target)(frame)
    }

    /// `frame`, which must be of the size ``source``, in the size ``target``.
    public func callAsFunction(_ frame: RGBFrame) -> RGBFrame {
        precondition(frame.size == source, "the frame must have the size that the resizing was prepared for")
        return frame.bytes.withUnsafeBufferPointer { buffer in
            // A frame of a checked size always has bytes.
            guard let base = buffer.baseAddress else { return frame }
            return self(rows: base, stride: source.width * 3)
        }
    }

    /// A picture of the size ``source`` in the size ``target``.
    ///
    /// - Parameters:
    ///   - rows: red, green and blue bytes, `source.width * 3` to a row.
    ///   - stride: bytes from one row to the next, at least that.
    public func callAsFunction(rows pixels: UnsafePointer<UInt8>, stride: Int) -> RGBFrame {
        let width = target.width * 3
        // One more, since a row's last store reaches one value past its end.
        let padded = (width + 16) / 16 * 16
        let ring = self.rows.stride
        let input = UnsafeMutablePointer<Float>.allocate(capacity: source.width * 3 + 4)
        let filtered = UnsafeMutablePointer<Float>.allocate(capacity: ring * padded + 4)
        let packed = UnsafeMutablePointer<UInt8>.allocate(capacity: padded)
        input.initialize(repeating: 0, count: source.width * 3 + 4)
        filtered.initialize(repeating: 0, count: ring * padded + 4)
        packed.initialize(repeating: 0, count: padded)
        defer {
            input.deallocate()
            filtered.deallocate()
            packed.deallocate()
        }
        // Only the rows that one target row needs are kept; target rows need them in ascending order.
        var next = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: target.height * width) { output, count in
            for y in 0..<target.height {
                let needed = self.rows.starts[y] + self.rows.counts[y]
                next = max(next, self.rows.starts[y])
                while next < needed {
                    filterRow(pixels + next * stride, scratch: input, into: filtered + next % ring * padded)
                    next += 1
                }
                mixRows(of: y, filtered: filtered, padded: padded, into: packed)
                if let base = output.baseAddress { (base + y * width).update(from: packed, count: width) }
            }
            count = target.height * width
        }
        return RGBFrame(size: target, bytes: bytes)
    }

    /// Filters one source row along its columns. Four values are computed at a time, of which the fourth is the
    /// next pixel's first and is overwritten by it.
    private func filterRow(
        _ row: UnsafePointer<UInt8>, scratch: UnsafeMutablePointer<Float>, into result: UnsafeMutablePointer<Float>
    ) {
        for index in 0..<source.width * 3 { scratch[index] = Float(row[index]) }
        let from = UnsafeRawPointer(scratch)
        let to = UnsafeMutableRawPointer(result)
        columns.values.withUnsafeBufferPointer { weights in
            columns.starts.withUnsafeBufferPointer { starts in
                columns.counts.withUnsafeBufferPointer { counts in
                    for x in 0..<target.width {
                        var source = from + starts[x] * 12
                        var weight = x * columns.stride
                        let end = weight + counts[x]
                        var sum = source.loadUnaligned(as: SIMD4<Float>.self) * weights[weight]
                        weight += 1
                        while weight < end {
                            source += 12
                            sum += source.loadUnaligned(as: SIMD4<Float>.self) * weights[weight]
                            weight += 1
                        }
                        to.storeBytes(of: sum, toByteOffset: x * 12, as: SIMD4<Float>.self)
                    }
                }
            }
        }
    }

    /// Mixes the filtered rows that make target row `y`, clamps and rounds.
    private func mixRows(
        of y: Int, filtered: UnsafeMutablePointer<Float>, padded: Int, into result: UnsafeMutablePointer<UInt8>
    ) {
        let ring = rows.stride
        let (start, count) = (rows.starts[y], rows.counts[y])
        let base = UnsafeRawPointer(filtered)
        let to = UnsafeMutableRawPointer(result)
        withUnsafeTemporaryAllocation(of: UnsafeRawPointer.self, capacity: count) { taps in
            for tap in 0..<count { taps[tap] = base + (start + tap) % ring * padded * 4 }
            rows.values.withUnsafeBufferPointer { values in
                let first = y * rows.stride
                for x in stride(from: 0, to: padded, by: 16) {
                    var sum = taps[0].loadUnaligned(fromByteOffset: x * 4, as: SIMD16<Float>.self) * values[first]
                    for tap in 1..<max(1, count) {
                        sum +=
                            taps[tap].loadUnaligned(fromByteOffset: x * 4, as: SIMD16<Float>.self)
                            * values[first + tap]
                    }
                    to.storeBytes(of: Self.rounded(sum), toByteOffset: x, as: SIMD16<UInt8>.self)
                }
            }
        }
    }

    /// Clamps to 0...255 and rounds half to even: adding 1.5 * 2^23 leaves the whole number in the lowest bits, on
    /// every processor and without a call.
    @inline(__always)
    private static func rounded(_ values: SIMD16<Float>) -> SIMD16<UInt8> {
        var values = values
        values.replace(with: 0, where: values .< 0)
        values.replace(with: 255, where: values .> 255)
        let bits = unsafeBitCast(values + 12_582_912, to: SIMD16<UInt32>.self)
        return SIMD16<UInt8>(truncatingIfNeeded: bits)
    }
}
