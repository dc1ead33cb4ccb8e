/// Reads Prometheus's text format, version 0.0.4, by the rules of its page, and takes nothing that breaks one of them:
/// <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>.
package struct ExpositionReader: Sendable {
    /// One line with a number.
    package struct Sample: Sendable, Hashable {
        package let name: String
        package let labels: [String: String]
        package let value: Double
    }

    /// All lines of one metric.
    package struct Family: Sendable {
        package let name: String
        package var help: String?
        package var type: String?
        package var samples: [Sample] = []
    }

    /// A rule that is broken.
    package struct Broken: Error, CustomStringConvertible {
        package let description: String
    }

    /// The metrics, in their order.
    package private(set) var families: [Family] = []

    /// Reads a text.
    ///
    /// - Throws: ``Broken``.
    package init(_ text: String) throws {
        for line in try Self.lines(of: text) {
            if line.hasPrefix("# HELP ") || line.hasPrefix("# TYPE ") {
                try takeComment(line)
            } else if line.hasPrefix("#") {
                throw Broken(description: "a comment of another kind: \(line)")
            } else {
                try takeSample(line)
            }
        }
        try check()
    }

    /// The number of a series; nil where there is none.
    package func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        families.lazy.flatMap(\.samples).first { $0.name == name && $0.labels == labels }?.value
    }

    /// The numbers of all series of a name that differ in one label, by its value.
    package func values(_ name: String, by label: String) -> [String: Double] {
        var values: [String: Double] = [:]
        for sample in families.flatMap(\.samples) where sample.name == name {
            if let key = sample.labels[label] { values[key, default: 0] += sample.value }
        }
        return values
    }

    // MARK: Lines

    private static func lines(of text: String) throws -> [String] {
        var (lines, line) = ([String](), "")
        for scalar in text.unicodeScalars {
            if scalar == "\n" {
                guard !line.isEmpty else { throw Broken(description: "an empty line") }
                lines.append(line)
                line = ""
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
        guard line.isEmpty else { throw Broken(description: "no line break at the end: \(line)") }
        return lines
    }

    private mutating func takeComment(_ line: String) throws {
        let isHelp = line.hasPrefix("# HELP ")
        let words = line.dropFirst(7).split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2 else { throw Broken(description: "no text: \(line)") }
        let (name, text) = (String(words[0]), String(words[1]))
        guard ExpositionCursor.isMetricName(name) else { throw Broken(description: "no metric's name: \(line)") }
        if families.last?.name != name {
            guard !families.contains(where: { $0.name == name }) else {
                throw Broken(description: "a metric in two places: \(line)")
            }
            families.append(Family(name: name))
        }
        let last = families.count - 1
        guard families[last].samples.isEmpty else { throw Broken(description: "behind its numbers: \(line)") }
        if isHelp {
            guard families[last].help == nil else { throw Broken(description: "a second HELP: \(line)") }
            families[last].help = try ExpositionCursor.unescaped(text, quotes: false)
        } else {
            guard families[last].type == nil, ["counter", "gauge", "histogram"].contains(text) else {
                throw Broken(description: "a second TYPE, or an unknown one: \(line)")
            }
            families[last].type = text
        }
    }

    private mutating func takeSample(_ line: String) throws {
        var cursor = ExpositionCursor(line)
        let sample = try cursor.sample()
        guard let family = families.last, family.type != nil else {
            throw Broken(description: "a number of no known type: \(line)")
        }
        let endings = family.type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard endings.contains(where: { family.name + $0 == sample.name }) else {
            throw Broken(description: "a number that is not of '\(family.name)': \(line)")
        }
        let isTwice = family.samples.contains { $0.name == sample.name && $0.labels == sample.labels }
        guard !isTwice else { throw Broken(description: "a series twice: \(line)") }
        families[families.count - 1].samples.append(sample)
    }

    // MARK: Histograms and counters

    private func check() throws {
        for family in families {
            if family.samples.isEmpty { throw Broken(description: "'\(family.name)' has no numbers") }
            if family.type == "histogram" { try checkHistogram(family) }
            if family.type == "counter", family.samples.contains(where: { $0.value < 0 }) {
                throw Broken(description: "'\(family.name)' is below 0")
            }
        }
    }

    /// Buckets rise, the last one is that of all values, and each set of labels has a sum and a count.
    private func checkHistogram(_ family: Family) throws {
        let sets = Set(family.samples.map { $0.labels.filter { $0.key != "le" } })
        for labels in sets {
            let own = family.samples.filter { $0.labels.filter { $0.key != "le" } == labels }
            let buckets = own.filter { $0.name == family.name + "_bucket" }
            let bounds = buckets.map { ExpositionCursor.number($0.labels["le"] ?? "") ?? .nan }
            let counts = buckets.map(\.value)
            guard zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }), bounds.last == .infinity else {
                throw Broken(description: "'\(family.name)' has bounds \(bounds)")
            }
            guard zip(counts, counts.dropFirst()).allSatisfy({ $0 <= $1 }) else {
                throw Broken(description: "'\(family.name)' has buckets that are not cumulative: \(counts)")
            }
            let totals = own.filter { $0.name == family.name + "_count" }.map(\.value)
            let sums = own.filter { $0.name == family.name + "_sum" }
            guard totals.count == 1, totals.first == counts.last, sums.count == 1 else {
                throw Broken(description: "'\(family.name)' has counts \(totals) and \(sums.count) sum(s)")
            }
        }
    }
}
