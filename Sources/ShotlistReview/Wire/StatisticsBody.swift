import Foundation
import ShotlistCatalog

/// The set in pictures as the page gets it: plots of bars, each bar with the filter that it stands for.
struct StatisticsBody: Encodable {
    private let plots: [Plot]

    private struct Plot: Encodable {
        let title: String
        let unit: String
        /// The filter's name in addresses; nil where a bar filters nothing.
        let filter: String?
        let bars: [Bar]
        let note: String
    }

    private struct Bar: Encodable {
        let label: String
        let count: Double
        let value: String?
    }

    init(_ statistics: CatalogStatistics) {
        plots = [
            Self.histogram("Caption length", "characters", "length", statistics.captionLength, isWhole: true),
            Self.histogram("Caption words", "words", "words", statistics.captionWords, isWhole: true),
            Self.histogram("Window length", "seconds", "duration", statistics.clipLength, isWhole: false),
            Self.histogram("Tokens", "tokens", "tokens", statistics.tokens, isWhole: true),
            Self.histogram("Time per window", "seconds", "seconds", statistics.secondsPerWindow, isWhole: false),
            Self.counts("Resolutions", "resolution", statistics.resolutions.prefix(12)),
            Self.counts("Frequent words", "q", statistics.frequentWords.prefix(24)),
            Self.throughput(statistics.throughput),
        ]
    }

    private static func histogram(
        _ title: String, _ unit: String, _ filter: String, _ histogram: Histogram, isWhole: Bool
    ) -> Plot {
        let last = histogram.bars.count - 1
        let bars = histogram.bars.enumerated().map { index, bar -> Bar in
            // Filters have both ends in; a bar has its upper end out, but for the last one.
            let upper = index == last ? bar.upper : isWhole ? bar.upper.rounded(.up) - 1 : bar.upper.nextDown
            let lower = isWhole ? bar.lower.rounded(.up) : bar.lower
            let ends = isWhole ? "\(Int(lower))-\(Int(max(lower, upper)))" : "\(lower)-\(max(lower, upper))"
            return Bar(label: "\(text(bar.lower)) to \(text(bar.upper))", count: Double(bar.count), value: ends)
        }
        var note: [String] = []
        if let median = histogram.median { note.append("median \(text(median))") }
        if let mean = histogram.mean { note.append("mean \(text(mean))") }
        if histogram.unknown > 0 { note.append("\(histogram.unknown) unknown") }
        return Plot(title: title, unit: unit, filter: filter, bars: bars, note: note.joined(separator: ", "))
    }

    private static func counts(_ title: String, _ filter: String, _ counts: ArraySlice<Facets.Count>) -> Plot {
        Plot(
            title: title, unit: "", filter: filter,
            bars: counts.map { Bar(label: $0.value, count: Double($0.count), value: $0.value) }, note: "")
    }

    private static func throughput(_ moments: [CatalogStatistics.Moment]) -> Plot {
        let start = moments.first?.at ?? 0
        let bars = moments.map { moment in
            Bar(
                label: "\(text(moment.at - start)) s after the first",
                count: moment.seconds > 0 ? Double(moment.windows) / moment.seconds : 0, value: nil)
        }
        return Plot(title: "Throughput", unit: "windows a second", filter: nil, bars: bars, note: "")
    }

    /// A number without digits that say nothing.
    private static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15
            ? String(Int(value)) : String((value * 100).rounded() / 100)
    }
}
