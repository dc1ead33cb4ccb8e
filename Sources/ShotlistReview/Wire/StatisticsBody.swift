import Foundation
import ShotlistCatalog

/// The set in pictures as the page gets it: plots of bars, each bar with the filter that it stands for.
struct StatisticsBody: Encodable {
    private let plots: [Plot]

    private struct Plot: Encodable {
        let title: String
        /// Of what the labels tell.
        let unit: String
        /// What is counted, as in "3 windows".
        var counted = "window"
        /// The filter's name in addresses.
        let filter: String
        let bars: [Bar]
        var note = ""
    }

    private struct Bar: Encodable {
        let label: String
        /// How tall it is: how many of what the plot counts.
        let count: Double
        /// The filter's value.
        let value: String
        /// How many windows the filter finds; nil where that is not known.
        let windows: Int?
    }

    init(_ statistics: CatalogStatistics) {
        plots = [
            Self.counts("Status", "status", statistics.status[...]),
            Self.histogram("Caption length", "characters", "length", statistics.captionLength, isWhole: true),
            Self.histogram("Caption words", "words", "words", statistics.captionWords, isWhole: true),
            Self.histogram(
                "Clip length", "seconds", "cliplength", statistics.clipLength, counted: "clip", isWhole: false),
            Self.histogram("Window length", "seconds", "duration", statistics.windowLength, isWhole: false),
            Self.histogram("Tokens", "tokens", "tokens", statistics.tokens, isWhole: true),
            Self.histogram("Time per window", "seconds", "seconds", statistics.secondsPerWindow, isWhole: false),
            Self.counts("Resolutions", "resolution", statistics.resolutions.prefix(12)),
            Self.words(statistics),
            Self.throughput(statistics.throughput),
        ]
    }

    private static func histogram(
        _ title: String, _ unit: String, _ filter: String, _ histogram: Histogram, counted: String = "window",
        isWhole: Bool
    ) -> Plot {
        let last = histogram.bars.count - 1
        let step = histogram.bars.first.map { $0.upper - $0.lower } ?? 1
        let bars = histogram.bars.enumerated().map { index, bar -> Bar in
            // Filters have both ends in; a bar has its upper end out, but for the last one.
            let upper = index == last ? bar.upper : isWhole ? bar.upper.rounded(.up) - 1 : bar.upper.nextDown
            let lower = isWhole ? bar.lower.rounded(.up) : bar.lower
            let ends = isWhole ? "\(Int(lower))-\(Int(max(lower, upper)))" : "\(lower)-\(max(lower, upper))"
            return Bar(
                label: "\(text(bar.lower, step)) to \(text(bar.upper, step))", count: Double(bar.count), value: ends,
                windows: bar.windows)
        }
        var note: [String] = []
        if let median = histogram.median { note.append("median \(text(median))") }
        if let mean = histogram.mean { note.append("mean \(text(mean))") }
        if histogram.unknown > 0 { note.append("\(histogram.unknown) unknown") }
        return Plot(
            title: title, unit: unit, counted: counted, filter: filter, bars: bars, note: note.joined(separator: ", "))
    }

    private static func counts(_ title: String, _ filter: String, _ counts: ArraySlice<Facets.Count>) -> Plot {
        Plot(
            title: title, unit: "", filter: filter,
            bars: counts.map {
                Bar(label: $0.value, count: Double($0.count), value: $0.value, windows: $0.count)
            })
    }

    private static func words(_ statistics: CatalogStatistics) -> Plot {
        let isSample = statistics.windowsReadForWords < statistics.count
        let bars = statistics.frequentWords.prefix(24).map { word in
            Bar(label: word.value, count: Double(word.count), value: word.value, windows: isSample ? nil : word.count)
        }
        let note = "counted over a sample of \(statistics.windowsReadForWords) of \(statistics.count) windows"
        return Plot(
            title: "Frequent words", unit: "", counted: isSample ? "window of the sample" : "window", filter: "word",
            bars: bars, note: isSample ? note : "")
    }

    private static func throughput(_ moments: [CatalogStatistics.Moment]) -> Plot {
        let start = moments.first?.at ?? 0
        let bars = moments.map { moment in
            let end = moment.at + moment.seconds
            return Bar(
                label: "\(text(moment.at - start)) to \(text(end - start)) s after the first",
                count: moment.seconds > 0 ? Double(moment.windows) / moment.seconds : 0,
                value: "\(moment.at)-\(end.nextDown)", windows: moment.windows)
        }
        return Plot(
            title: "Throughput", unit: "", counted: "window a second", filter: "written", bars: bars,
            note: "windows a second, by when answers were written")
    }

    /// A number without digits that say nothing: two behind the point, or more where bars are narrower than those.
    private static func text(_ value: Double, _ step: Double = 1) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
        let digits = step > 0 && step < 0.01 ? 6.0 : 2
        return String((value * pow(10, digits)).rounded() / pow(10, digits))
    }
}
