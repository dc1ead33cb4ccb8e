import Foundation

/// A JSON value that keeps numbers and truth values apart.
indirect enum JSON: Decodable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([JSON])
    case object([String: JSON])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([JSON].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: JSON].self))
        }
    }

    subscript(key: String) -> JSON? {
        if case .object(let fields) = self { fields[key] } else { nil }
    }

    var items: [JSON] { if case .list(let items) = self { items } else { [] } }
    var fields: [String: JSON] { if case .object(let fields) = self { fields } else { [:] } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
}

/// The part of JSON Schema 2020-12 that docs/schema uses, and this package's rule on top of it: an object has no field
/// that its schema does not name, so that a new field cannot be forgotten there.
struct JSONSchema {
    private let root: JSON
    private static let known: Set<String> = [
        "$schema", "$defs", "$ref", "title", "description", "type", "enum", "const", "required", "properties",
        "patternProperties", "additionalProperties", "propertyNames", "dependentRequired", "minProperties", "items",
        "minItems", "maxItems", "minimum", "exclusiveMinimum", "minLength", "pattern", "allOf", "if", "then", "else",
        "not",
    ]

    init(_ file: URL) throws {
        root = try JSONDecoder().decode(JSON.self, from: Data(contentsOf: file))
    }

    /// What is wrong with `value`, a line each.
    func problems(of value: JSON) -> [String] {
        problems(of: value, by: root, at: "", namesFields: true)
    }

    private func problems(of value: JSON, by schema: JSON, at path: String, namesFields: Bool) -> [String] {
        if let name = schema["$ref"]?.text?.split(separator: "/").last {
            guard let target = root["$defs"]?[String(name)] else { return ["\(path): no \(name) in the schema"] }
            return problems(of: value, by: target, at: path, namesFields: namesFields)
        }
        var found = schema.fields.keys.filter { !Self.known.contains($0) }.map { "\(path): '\($0)' is not known" }
        func wrong(_ isWrong: Bool, _ what: String) { if isWrong { found.append("\(path): \(what): \(value)") } }
        if let type = schema["type"] {
            let types = type.items.isEmpty ? [type] : type.items
            wrong(!types.contains { Self.isOf($0.text ?? "", value) }, "not of type \(types)")
        }
        if let allowed = schema["enum"] { wrong(!allowed.items.contains(value), "not one of \(allowed.items)") }
        if let only = schema["const"] { wrong(only != value, "not \(only)") }
        if let least = schema["minimum"]?.number { wrong((value.number ?? least) < least, "too small") }
        if let least = schema["exclusiveMinimum"]?.number { wrong((value.number ?? .infinity) <= least, "too small") }
        if let text = value.text {
            wrong(Double(text.count) < schema["minLength"]?.number ?? 0, "too short")
            wrong(!Self.matches(text, schema["pattern"]?.text), "not of the pattern")
        }
        if case .list(let items) = value {
            wrong(Double(items.count) < schema["minItems"]?.number ?? 0, "too few items")
            wrong(Double(items.count) > schema["maxItems"]?.number ?? .infinity, "too many items")
            if let each = schema["items"] {
                for (index, item) in items.enumerated() {
                    found += problems(of: item, by: each, at: "\(path)/\(index)", namesFields: true)
                }
            }
        }
        if case .object(let fields) = value {
            found += self.fields(fields, by: schema, at: path, namesFields: namesFields)
        }
        for part in schema["allOf"]?.items ?? [] {
            found += problems(of: value, by: part, at: path, namesFields: false)
        }
        if let unwanted = schema["not"] {
            wrong(problems(of: value, by: unwanted, at: path, namesFields: false).isEmpty, "fits what it must not")
        }
        if let condition = schema["if"] {
            let holds = problems(of: value, by: condition, at: path, namesFields: false).isEmpty
            if let branch = schema[holds ? "then" : "else"] {
                found += problems(of: value, by: branch, at: path, namesFields: false)
            }
        }
        return found
    }

    private func fields(_ fields: [String: JSON], by schema: JSON, at path: String, namesFields: Bool) -> [String] {
        var needed = schema["required"]?.items ?? []
        for (key, more) in schema["dependentRequired"]?.fields ?? [:] where fields[key] != nil { needed += more.items }
        var found = needed.compactMap(\.text).filter { fields[$0] == nil }.map { "\(path): '\($0)' is missing" }
        if Double(fields.count) < schema["minProperties"]?.number ?? 0 { found.append("\(path): too few fields") }
        for (key, value) in fields {
            if let names = schema["propertyNames"] {
                found += problems(of: .text(key), by: names, at: "\(path)/\(key)", namesFields: false)
            }
            var schemas = (schema["patternProperties"]?.fields ?? [:]).filter { Self.matches(key, $0.key) }.map(\.value)
            if let own = schema["properties"]?[key] { schemas.append(own) }
            if schemas.isEmpty, let other = schema["additionalProperties"], other != .bool(false) {
                schemas.append(other)
            }
            if schemas.isEmpty, namesFields { found.append("\(path): '\(key)' is not in the schema") }
            for each in schemas {
                found += problems(of: value, by: each, at: "\(path)/\(key)", namesFields: namesFields)
            }
        }
        return found
    }

    private static func matches(_ text: String, _ pattern: String?) -> Bool {
        pattern.map { text.range(of: $0, options: .regularExpression) != nil } ?? true
    }

    private static func isOf(_ type: String, _ value: JSON) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("number", .number), ("string", .text), ("array", .list),
            ("object", .object):
            true
        case ("integer", .number(let number)): number.rounded() == number
        default: false
        }
    }
}

extension Workspace {
    /// What the schemas of docs/schema have against the records of a run.
    func schemaProblems() throws -> [String] {
        let schemas = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/schema")
        return try outputFiles().filter { $0.hasSuffix(".json") }.flatMap { path in
            let name =
                switch path.split(separator: "/")[0] {
                case "metas": "clip-meta"
                case "processed_videos": "processed-video"
                case "processed_clip_chunks": "clip-chunk"
                default: "summary"
                }
            let schema = try JSONSchema(schemas.appending(path: "\(name).schema.json"))
            let value = try JSONDecoder().decode(JSON.self, from: Data(contentsOf: output.appending(path: path)))
            return schema.problems(of: value).map { "\(path)\($0)" }
        }
    }
}
