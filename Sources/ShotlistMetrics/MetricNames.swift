/// Names as Prometheus takes them (its data model: `[a-zA-Z_:][a-zA-Z0-9_:]*` for metrics, the same without `:` for
/// labels).
enum MetricNames {
    /// A metric's name: what is not allowed becomes `_`, and the ending is added where it is missing.
    static func metric(_ name: String, ending: String = "") -> String {
        let clean = cleaned(name, allowsColon: true)
        return clean.hasSuffix(ending) ? clean : clean + ending
    }

    /// A label's name. `le` and what begins with `__` are Prometheus's own, and get a word before them.
    static func label(_ name: String) -> String {
        let clean = cleaned(name, allowsColon: false)
        return clean == "le" || clean.hasPrefix("__") ? "exported_" + clean : clean
    }

    private static func cleaned(_ name: String, allowsColon: Bool) -> String {
        var clean = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "_": clean.unicodeScalars.append(scalar)
            case "0"..."9":
                if clean.isEmpty { clean = "_" }
                clean.unicodeScalars.append(scalar)
            case ":" where allowsColon: clean.unicodeScalars.append(scalar)
            default: clean += "_"
            }
        }
        return clean.isEmpty ? "_" : clean
    }
}

/// One dimension of a metric.
struct MetricLabel: Sendable, Hashable {
    /// Its name, as Prometheus takes it.
    let name: String
    /// Its value, any text.
    let value: String

    /// The labels that stand for dimensions, by name; of two of one name the later counts.
    static func all(_ dimensions: [(String, String)]) -> [MetricLabel] {
        var values: [String: String] = [:]
        for (name, value) in dimensions { values[MetricNames.label(name)] = value }
        return values.sorted { $0.key < $1.key }.map { MetricLabel(name: $0.key, value: $0.value) }
    }
}
