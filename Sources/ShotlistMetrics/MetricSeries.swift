import CoreMetrics
import Synchronization

/// One metric with one set of labels.
protocol MetricSeries: AnyObject, Sendable {
    /// What it says now.
    var reading: MetricReading { get }
}

/// What a series says at one moment.
enum MetricReading: Sendable, Hashable {
    /// A counter.
    case count(Int64)
    /// A gauge.
    case value(Double)
    /// A histogram: how many values lie at or below each bound and above the one before it, at the end those above the
    /// last bound; and the sum of all values.
    case histogram(bounds: [Double], counts: [Int64], sum: Double)
}

/// A number that only rises.
final class CounterSeries: CounterHandler, MetricSeries {
    private let count = Atomic<Int64>(0)

    var reading: MetricReading { .count(count.load(ordering: .relaxed)) }

    func increment(by amount: Int64) {
        if amount > 0 { _ = count.wrappingAdd(amount, ordering: .relaxed) }
    }

    func reset() { count.store(0, ordering: .relaxed) }
}

/// A number that rises and falls.
final class GaugeSeries: MeterHandler, RecorderHandler, MetricSeries {
    private let value = Mutex(0.0)

    var reading: MetricReading { .value(value.withLock { $0 }) }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
}

/// How often values of each size came. Durations are kept in seconds.
final class HistogramSeries: RecorderHandler, TimerHandler, MetricSeries {
    private let bounds: [Double]
    private let state: Mutex<State>

    private struct State: Sendable {
        var counts: [Int64]
        var sum = 0.0
    }

    /// - Parameter bounds: the largest value of each bucket, rising.
    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    var reading: MetricReading {
        let now = state.withLock { $0 }
        return .histogram(bounds: bounds, counts: now.counts, sum: now.sum)
    }

    func record(_ value: Int64) { record(Double(value)) }

    /// Takes a value; one that is no number, or has no end, would spoil the sum for good and is left out.
    func record(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(max(0, duration)) / 1_000_000_000) }
}
