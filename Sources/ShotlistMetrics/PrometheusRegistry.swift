import CoreMetrics
import Synchronization

/// Where metrics are kept for Prometheus: a backend of swift-metrics.
///
/// A metric may be asked for as often as one likes: what has the same name and the same labels is one and the same. A
/// counter's name ends in `_total` and a timer's in `_seconds`; the ending is added where it is missing. A name keeps
/// the kind with which it came first; what comes under it as another kind is shown nowhere.
public final class PrometheusRegistry: MetricsFactory {
    private enum Kind: String {
        case counter, gauge, histogram
    }

    private struct Family: Sendable {
        let kind: Kind
        var series: [[MetricLabel]: any MetricSeries] = [:]
    }

    private let families = Mutex<[String: Family]>([:])
    private let help: [String: String]
    private let buckets: [Double]

    /// Bounds, in seconds, between which a picture's and a large model's times lie: from 5 ms to 10 minutes.
    public static let standardBuckets: [Double] = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600,
    ]

    /// Makes a registry without metrics.
    ///
    /// - Parameters:
    ///   - help: a sentence for each metric, by name.
    ///   - buckets: the largest value of each bucket of a histogram; one for all that is larger is added.
    public init(help: [String: String] = [:], buckets: [Double] = PrometheusRegistry.standardBuckets) {
        self.help = help
        self.buckets = Set(buckets.filter(\.isFinite)).sorted()
    }

    /// All metrics in Prometheus's text format, version 0.0.4; names and labels are sorted.
    public var text: String {
        let now = families.withLock { $0 }
        let sorted = now.sorted { $0.key < $1.key }
        return Exposition.text(
            of: sorted.map { name, family in
                let series = family.series.sorted { Self.order($0.key, $1.key) }
                return Exposition.Family(
                    name: name, help: help[name], type: family.kind.rawValue,
                    series: series.map { (labels: $0.key, reading: $0.value.reading) })
            })
    }

    private static func order(_ left: [MetricLabel], _ right: [MetricLabel]) -> Bool {
        left.flatMap { [$0.name, $0.value] }.lexicographicallyPrecedes(right.flatMap { [$0.name, $0.value] })
    }

    // MARK: What swift-metrics asks for

    /// A counter, which takes whole numbers above 0.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(MetricNames.metric(label, ending: "_total"), .counter, dimensions) { CounterSeries() }
    }

    /// A gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(MetricNames.metric(label), .gauge, dimensions) { GaugeSeries() }
    }

    /// A histogram, or a gauge where values are not to be brought together.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return series(MetricNames.metric(label), .gauge, dimensions) { GaugeSeries() } }
        return series(MetricNames.metric(label), .histogram, dimensions) { HistogramSeries(bounds: buckets) }
    }

    /// A histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(MetricNames.metric(label, ending: "_seconds"), .histogram, dimensions) {
            HistogramSeries(bounds: buckets)
        }
    }

    /// Shows a counter no longer.
    public func destroyCounter(_ handler: any CounterHandler) { remove(ObjectIdentifier(handler)) }
    /// Shows a gauge no longer.
    public func destroyMeter(_ handler: any MeterHandler) { remove(ObjectIdentifier(handler)) }
    /// Shows a histogram, or a gauge, no longer.
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(ObjectIdentifier(handler)) }
    /// Shows a histogram of seconds no longer.
    public func destroyTimer(_ handler: any TimerHandler) { remove(ObjectIdentifier(handler)) }

    // MARK: Inside

    /// The series of this name and these labels, made where there is none.
    private func series<Made: MetricSeries>(
        _ name: String, _ kind: Kind, _ dimensions: [(String, String)], make: () -> Made
    ) -> Made {
        let labels = MetricLabel.all(dimensions)
        let made = make()
        return families.withLock { families in
            var family = families[name] ?? Family(kind: kind)
            guard family.kind == kind else { return made }
            if let known = family.series[labels] as? Made { return known }
            family.series[labels] = made
            families[name] = family
            return made
        }
    }

    private func remove(_ id: ObjectIdentifier) {
        families.withLock { families in
            for (name, family) in families {
                for (labels, series) in family.series where ObjectIdentifier(series) == id {
                    families[name]?.series[labels] = nil
                }
            }
        }
    }
}
