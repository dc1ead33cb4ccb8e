import Foundation
import ShotlistCore
import Yams

/// A part of a YAML file with named keys, read so that every error names the file, the line and the key.
struct YAMLSection {
    let file: String
    /// The keys that lead here, each with a dot after it.
    let path: String
    private let mapping: Node.Mapping

    /// No model has more of anything, and sums of such numbers still fit one.
    static let mostCount = 1 << 50

    /// The whole of a file.
    init(file: String, text: String) throws(ShotlistError) {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            let what = String(describing: error).split(separator: "\n").joined(separator: " ")
            throw ShotlistError(
                .invalidArgument, "'\(file)' is not YAML: \(what).", remedy: "Mend it; docs/models.md has an example.")
        }
        guard let node, case .mapping(let mapping) = node else {
            throw ShotlistError(
                .invalidArgument, "'\(file)' does not describe a model.", remedy: "docs/models.md has an example.")
        }
        (self.file, path, self.mapping) = (file, "", mapping)
    }

    private init(file: String, path: String, mapping: Node.Mapping) {
        (self.file, self.path, self.mapping) = (file, path, mapping)
    }

    /// Refuses keys that mean nothing here.
    func allow(_ keys: String...) throws(ShotlistError) {
        for (node, _) in mapping {
            let key = node.string ?? ""
            guard !keys.contains(key) else { continue }
            let nearest = NearestNames.of(key, among: keys)
            let meant = nearest.isEmpty ? "" : "Did you mean '\(nearest[0])'? "
            throw ShotlistError(
                .invalidArgument, "\(place(node)): '\(path)\(key)' is not a key of a model file.",
                remedy: "\(meant)Use: \(keys.joined(separator: ", ")).")
        }
    }

    /// Whether a key is there and not null.
    func has(_ key: String) -> Bool {
        guard let node = mapping[key] else { return false }
        return node.null == nil
    }

    /// A text.
    func text(_ key: String) throws(ShotlistError) -> String {
        // What is written is taken: a commit of digits only is not a number.
        guard let scalar = try node(key).scalar?.string, !scalar.isEmpty else { throw wrong(key, "a text") }
        return scalar
    }

    /// A text, or what holds when there is none.
    func text(_ key: String, default other: String) throws(ShotlistError) -> String {
        has(key) ? try text(key) : other
    }

    /// Texts; none when the key is missing.
    func texts(_ key: String) throws(ShotlistError) -> [String] {
        guard has(key) else { return [] }
        guard let sequence = try node(key).sequence else { throw wrong(key, "a list of texts") }
        let texts = sequence.compactMap { $0.scalar?.string }
        guard texts.count == sequence.count else { throw wrong(key, "a list of texts") }
        return texts
    }

    /// A whole number above 0, or what holds when there is none.
    func count(_ key: String, upTo most: Int = mostCount, default other: Int? = nil) throws(ShotlistError) -> Int {
        if !has(key), let other { return other }
        guard let number = try plain(key)?.int, (1...most).contains(number) else {
            throw wrong(key, "a whole number above 0" + (most < Self.mostCount ? " and at most \(most)" : ""))
        }
        return number
    }

    /// A number within a range, or what holds when there is none.
    func number(_ key: String, in range: ClosedRange<Double>, default other: Double) throws(ShotlistError) -> Double {
        guard has(key) else { return other }
        guard let number = try plain(key)?.float, range.contains(number) else {
            throw wrong(key, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// One of the values of a type.
    func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Value.Type
    ) throws(ShotlistError) -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: try text(key)) else {
            throw wrong(key, "one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }

    /// A part with keys of its own.
    func section(_ key: String) throws(ShotlistError) -> YAMLSection {
        guard case .mapping(let inner) = try node(key) else { throw wrong(key, "a part with keys of its own") }
        return YAMLSection(file: file, path: "\(path)\(key).", mapping: inner)
    }

    /// Texts by key.
    func table(_ key: String) throws(ShotlistError) -> [(key: String, value: String)] {
        let inner = try section(key)
        var rows: [(key: String, value: String)] = []
        for (name, _) in inner.mapping {
            let name = name.string ?? ""
            rows.append((name, try inner.text(name)))
        }
        return rows
    }

    /// The error for a key that holds something else than it should.
    func wrong(_ key: String, _ expected: String) -> ShotlistError {
        ShotlistError(
            .invalidArgument, "\(place(mapping[key])): '\(path)\(key)' must be \(expected).",
            remedy: "Mend it; docs/models.md has an example.")
    }

    /// A value that may be a number; nil for one of YAML 1.1's to the base of 60, such as 1:30. Nobody means one here, and
    /// Yams traps on those that are too large.
    private func plain(_ key: String) throws(ShotlistError) -> Node? {
        let node = try node(key)
        return node.scalar?.string.contains(":") == true ? nil : node
    }

    private func node(_ key: String) throws(ShotlistError) -> Node {
        guard has(key), let node = mapping[key] else {
            throw ShotlistError(
                .invalidArgument, "'\(file)': '\(path)\(key)' is missing.",
                remedy: "Add it; docs/models.md has an example.")
        }
        return node
    }

    private func place(_ node: Node?) -> String {
        node?.mark.map { "'\(file)', line \($0.line)" } ?? "'\(file)'"
    }
}
