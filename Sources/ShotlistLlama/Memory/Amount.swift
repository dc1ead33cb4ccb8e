/// Sums and products of what a model's file tells of itself, which may be anything.
///
/// What no machine has counts as ``most``, which is refused for lack of memory; a few such still fit a number together.
enum Amount {
    /// 64 PiB.
    static let most = 1 << 56

    /// The product of numbers; one below 0 counts as 0.
    static func product(_ factors: Int...) -> Int {
        // In order of size, so that a 0 counts as such whatever stands before it.
        factors.map { max(0, $0) }.sorted().reduce(1) { product, factor in
            let (value, overflow) = product.multipliedReportingOverflow(by: factor)
            return overflow ? most : min(value, most)
        }
    }

    /// The sum of numbers; one below 0 counts as 0.
    static func sum(_ parts: [Int]) -> Int {
        parts.reduce(0) { min($0 + min(max(0, $1), most), most) }
    }
}
