/// The latest latencies, and what share of them was how long.
package struct LatencyRecord: Sendable {
    private var values: [Duration] = []
    private var next = 0
    private let capacity: Int

    /// Keeps the latest `capacity` values, at least 1.
    package init(capacity: Int = 512) {
        self.capacity = max(1, capacity)
    }

    /// How many are kept.
    package var count: Int { values.count }

    package mutating func add(_ value: Duration) {
        if values.count < capacity {
            values.append(value)
        } else {
            values[next] = value
            next = (next + 1) % capacity
        }
    }

    /// The value that the share `share` (0...1) of all is not above; nil when there are none.
    package func percentile(_ share: Double) -> Duration? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int((Double(sorted.count - 1) * share).rounded()))]
    }
}
