import Foundation

extension Histogram {
    /// Makes a plot of numbers: up to 40 bars whose edges are round numbers. What lies above 99 % of the numbers is in the
    /// last bar, so that one that is far off leaves the others to be seen.
    init(of values: [Double], unknown: Int) {
        self.unknown = unknown
        bars = []
        let sorted = values.sorted()
        guard let least = sorted.first, let most = sorted.last else { return }
        self.least = least
        self.most = most
        mean = sorted.reduce(0, +) / Double(sorted.count)
        median = sorted[(sorted.count - 1) / 2]
        let high = sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
        let step = Self.step(for: (high - least) / 36)
        let start = (least / step).rounded(.down) * step
        let count = min(40, Int(((high - start) / step).rounded(.down)) + 1)
        var counts = [Int](repeating: 0, count: count)
        for value in sorted {
            let place = min((value - start) / step, Double(count - 1))
            counts[max(0, Int(place))] += 1
        }
        bars = counts.enumerated().map { index, count in
            let lower = start + Double(index) * step
            let isLast = index == counts.count - 1
            return Bar(lower: lower, upper: isLast ? max(most, lower + step) : lower + step, count: count)
        }
    }

    /// 1, 2 or 5 times a power of ten, no less than a number.
    private static func step(for least: Double) -> Double {
        guard least > 0, least.isFinite else { return 1 }
        let power = pow(10, log10(least).rounded(.down))
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= least * 0.999_999 } ?? power * 10
    }
}
