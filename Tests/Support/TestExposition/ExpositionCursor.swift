/// Reads one line of the text format from left to right.
struct ExpositionCursor {
    private let line: String
    private let scalars: [Unicode.Scalar]
    private var place = 0

    init(_ line: String) {
        self.line = line
        scalars = Array(line.unicodeScalars)
    }

    /// `name{label="value",...} number`.
    mutating func sample() throws -> ExpositionReader.Sample {
        let name = take { $0 != "{" && $0 != " " }
        guard Self.isMetricName(name) else { throw broken("no metric's name") }
        var labels: [String: String] = [:]
        if peek == "{" { labels = try readLabels() }
        guard next() == " " else { throw broken("no blank before the number") }
        let text = take { _ in true }
        guard let value = Self.number(text) else { throw broken("no number") }
        return ExpositionReader.Sample(name: name, labels: labels, value: value)
    }

    private mutating func readLabels() throws -> [String: String] {
        var labels: [String: String] = [:]
        _ = next()
        while peek != "}" {
            if !labels.isEmpty, next() != "," { throw broken("no comma between labels") }
            let name = take { $0 != "=" }
            guard Self.isMetricName(name), !name.contains(":") else { throw broken("no label's name") }
            guard next() == "=", next() == "\"" else { throw broken("no value of a label") }
            var value = ""
            var isEscaped = false
            while let scalar = next() {
                if scalar == "\"", !isEscaped { break }
                value.unicodeScalars.append(scalar)
                isEscaped = scalar == "\\" && !isEscaped
                if peek == nil { throw broken("a label's value without an end") }
            }
            let plain = try Self.unescaped(value, quotes: true)
            guard labels.updateValue(plain, forKey: name) == nil else { throw broken("a label twice") }
        }
        _ = next()
        return labels
    }

    private var peek: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private mutating func next() -> Unicode.Scalar? {
        defer { place += 1 }
        return peek
    }

    private mutating func take(while isPart: (Unicode.Scalar) -> Bool) -> String {
        var text = ""
        while let scalar = peek, isPart(scalar) {
            text.unicodeScalars.append(scalar)
            place += 1
        }
        return text
    }

    private func broken(_ what: String) -> ExpositionReader.Broken {
        ExpositionReader.Broken(description: "\(what): \(line)")
    }

    /// A text without the escapes of the format: `\\`, `\n` and, in a label's value, `\"`.
    static func unescaped(_ text: String, quotes: Bool) throws -> String {
        var plain = ""
        var isEscaped = false
        for scalar in text.unicodeScalars {
            guard isEscaped else {
                if scalar == "\\" { isEscaped = true } else { plain.unicodeScalars.append(scalar) }
                continue
            }
            isEscaped = false
            switch scalar {
            case "\\": plain += "\\"
            case "n": plain += "\n"
            case "\"" where quotes: plain += "\""
            default: throw ExpositionReader.Broken(description: "an unknown escape: \(text)")
            }
        }
        guard !isEscaped else { throw ExpositionReader.Broken(description: "half an escape: \(text)") }
        return plain
    }

    /// A number as Go's `ParseFloat` reads it, as far as this format's writers use that.
    static func number(_ text: String) -> Double? {
        switch text {
        case "+Inf": Double.infinity
        case "-Inf": -Double.infinity
        case "NaN": Double.nan
        default: text.contains(where: \.isLetter) && !text.contains("e") ? nil : Double(text)
        }
    }

    /// Whether a name is `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    static func isMetricName(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, !("0"..."9" ~= first) else { return false }
        return name.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", ":": true
            default: false
            }
        }
    }
}
