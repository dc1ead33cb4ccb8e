/// Prometheus's text format, version 0.0.4: <https://prometheus.io/docs/instrumenting/exposition_formats/>.
enum Exposition {
    /// The content type of the format.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// All series of one metric.
    struct Family: Sendable {
        /// Its name.
        let name: String
        /// What it tells, in a sentence; nil for no such line.
        let help: String?
        /// `counter`, `gauge` or `histogram`.
        let type: String
        /// Its series, in the order in which they are written.
        let series: [(labels: [MetricLabel], reading: MetricReading)]
    }

    /// Metrics as text; every line ends with a line break, the last one as well.
    static func text(of families: [Family]) -> String {
        var text = ""
        for family in families where !family.series.isEmpty {
            if let help = family.help { text += "# HELP \(family.name) \(escaped(help, quotes: false))\n" }
            text += "# TYPE \(family.name) \(family.type)\n"
            for (labels, reading) in family.series { add(reading, of: family.name, labels, to: &text) }
        }
        return text
    }

    private static func add(
        _ reading: MetricReading, of name: String, _ labels: [MetricLabel], to text: inout String
    ) {
        switch reading {
        case .count(let count): text += "\(name)\(list(labels)) \(count)\n"
        case .value(let value): text += "\(name)\(list(labels)) \(number(value))\n"
        case .histogram(let bounds, let counts, let sum):
            // A bucket holds all values up to its bound, those of the buckets before it included.
            var total: Int64 = 0
            for (bound, count) in zip(bounds + [.infinity], counts) {
                total += count
                let le = MetricLabel(name: "le", value: number(bound))
                text += "\(name)_bucket\(list(labels + [le])) \(total)\n"
            }
            text += "\(name)_sum\(list(labels)) \(number(sum))\n"
            text += "\(name)_count\(list(labels)) \(total)\n"
        }
    }

    private static func list(_ labels: [MetricLabel]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",") + "}"
    }

    /// A text with the escapes that the format has: of a backslash and a line break, and in a label's value of a quote.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        // By scalars: a character could hide a line break behind a carriage return.
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// A number as the format's readers take it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return value.description
    }
}
