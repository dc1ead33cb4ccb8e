import ShotlistCore

/// RGB bytes with rows padded as swscale's fast paths like them.
struct PaddedRGB {
    /// Width and height.
    let size: PixelSize
    /// Bytes from one row to the next.
    let stride: Int
    /// The first row.
    let bytes: UnsafeMutablePointer<UInt8>

    /// Gets the memory; the owner gives it back with ``deallocate()``.
    init(size: PixelSize) {
        self.size = size
        // Whole runs of 64 pixels: swscale writes 8 at a time, and leaves out those that would not fit.
        stride = (size.width + 63) / 64 * 192
        let raw = UnsafeMutableRawPointer.allocate(byteCount: stride * size.height + 64, alignment: 64)
        bytes = raw.bindMemory(to: UInt8.self, capacity: stride * size.height + 64)
    }

    /// What is kept in `place`, when it has this size; else it is given back and a new one is kept there. Pictures of a
    /// video have one size, so that their memory is used again and again.
    static func kept(in place: inout PaddedRGB?, size: PixelSize) -> PaddedRGB {
        if let kept = place, kept.size == size { return kept }
        place?.deallocate()
        let new = PaddedRGB(size: size)
        place = new
        return new
    }

    /// Gives the memory back.
    func deallocate() { UnsafeMutableRawPointer(bytes).deallocate() }

    /// The picture without the padding.
    func copied() -> RGBFrame {
        let width = size.width * 3
        return RGBFrame(
            size: size,
            bytes: [UInt8](unsafeUninitializedCapacity: width * size.height) { output, count in
                for y in 0..<size.height {
                    (output.baseAddress.map { $0 + y * width })?.update(from: bytes + y * stride, count: width)
                }
                count = width * size.height
            })
    }
}

extension RGBFrame {
    /// The picture without its last column where its width is odd.
    var withEvenWidth: RGBFrame {
        guard size.width % 2 == 1 else { return self }
        let (full, kept) = (size.width * 3, (size.width - 1) * 3)
        let even = [UInt8](unsafeUninitializedCapacity: kept * size.height) { output, count in
            bytes.withUnsafeBufferPointer { input in
                guard let from = input.baseAddress, let to = output.baseAddress else { return }
                for y in 0..<size.height { (to + y * kept).update(from: from + y * full, count: kept) }
            }
            count = kept * size.height
        }
        return RGBFrame(size: PixelSize(width: size.width - 1, height: size.height), bytes: even)
    }
}
