/// For each pixel along one side of a resized picture: which source pixels make it, and how much of each.
///
/// The filter is the cubic one with a = -0.5, widened by the scale when the picture shrinks: torch's
/// `upsample_bicubic2d_aa`, computed in single precision as torch computes it.
struct BicubicWeights: Sendable {
    /// The first source pixel of each target pixel.
    let starts: [Int]
    /// How many source pixels each target pixel takes, at least 1.
    let counts: [Int]
    /// The weights, ``stride`` to a target pixel; they add up to 1.
    let values: [Float]
    /// The most source pixels that a target pixel may take.
    let stride: Int

    /// The weights for resizing a side of `input` pixels to `output`.
    init(input: Int, output: Int) {
        let scale = Float(input) / Float(output)
        let support: Float = scale >= 1 ? 2 * scale : 2
        let inverse: Float = scale >= 1 ? 1 / scale : 1
        let stride = Int(support.rounded(.up)) * 2 + 1
        var starts: [Int] = []
        var counts: [Int] = []
        var values = [Float](repeating: 0, count: output * stride)
        for index in 0..<output {
            let center = scale * (Float(index) + 0.5)
            let start = max(Int(center - support + 0.5), 0)
            let count = min(max(min(Int(center + support + 0.5), input) - start, 1), stride)
            var total: Float = 0
            for tap in 0..<count {
                let weight = Self.cubic((Float(tap + start) - center + 0.5) * inverse)
                values[index * stride + tap] = weight
                total += weight
            }
            if total != 0 {
                for tap in 0..<count { values[index * stride + tap] /= total }
            }
            starts.append(start)
            counts.append(count)
        }
        self.starts = starts
        self.counts = counts
        self.values = values
        self.stride = stride
    }

    /// Keys' cubic convolution with a = -0.5.
    private static func cubic(_ x: Float) -> Float {
        let a: Float = -0.5
        let x = abs(x)
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        if x < 2 { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
        return 0
    }
}
