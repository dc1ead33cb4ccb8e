import Foundation

extension Histogram {
    /// Makes a plot of numbers: up to 40 bars whose edges are round numbers. What lies above 99 % of the numbers is in the
    /// last bar, so that one that is far off leaves the others to be seen.
    ///
    /// - Parameters:
    ///   - values: the numbers, each with the windows that it stands for.
    ///   - unknown: how many numbers there would be, were they known.
    ///   - isWhole: whether numbers are whole, so that no bar is narrower than 1.
    init(of values: [(number: Double, windows: Int)], unknown: Int = 0, isWhole: Bool = false) {
        self.unknown = unknown
        bars = []
        let sorted = values.sorted { $0.number < $1.number }
        guard let least = sorted.first?.number, let most = sorted.last?.number else { return }
        self.least = least
        self.most = most
        mean = sorted.reduce(0) { $0 + $1.number } / Double(sorted.count)
        median = sorted[(sorted.count - 1) / 2].number
        let high = sorted[min(sorted.count - 1, sorted.count * 99 / 100)].number
        let step = max(isWhole ? 1 : 0, Self.step(for: (high - least) / 36))
        var start = (least / step).rounded(.down) * step
        if start > least { start -= step }
        let count = min(40, Int(((high - start) / step).rounded(.down)) + 1)
        // Bars are filters: what is in one is told by its edges, as they are written, and not by a division.
        let edges = (0...count).map { start + Double($0) * step }
        bars = (0..<count).map { index in
            let upper = index == count - 1 ? max(most, edges[count]) : edges[index + 1]
            return Bar(lower: edges[index], upper: upper, count: 0, windows: 0)
        }
        var place = 0
        for value in sorted {
            while place < count - 1, value.number >= edges[place + 1] { place += 1 }
            bars[place].count += 1
            bars[place].windows += value.windows
        }
    }

    /// The same of windows alone.
    init(of values: [Double], unknown: Int = 0, isWhole: Bool = false) {
        self.init(of: values.map { ($0, 1) }, unknown: unknown, isWhole: isWhole)
    }

    /// 1, 2 or 5 times a power of ten, no less than a number. Differences below a millionth are no differences.
    private static func step(for least: Double) -> Double {
        guard least > 1e-6, least.isFinite else { return 1 }
        let power = pow(10, log10(least).rounded(.down))
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= least * 0.999_999 } ?? power * 10
    }
}
