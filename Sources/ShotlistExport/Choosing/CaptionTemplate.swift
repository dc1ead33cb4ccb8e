import ShotlistCore

/// Which words a clip is handed over with: a text with fields in braces, such as `{trigger} {caption}`.
public struct CaptionTemplate: Sendable, Hashable {
    fileprivate enum Part: Sendable, Hashable {
        case text(String)
        case field(Field)
        case named(String)
    }

    /// What may stand in braces, beside `named:NAME`.
    public enum Field: String, Sendable, Hashable, CaseIterable {
        /// The person's caption, else the enhanced one, else that of the last pass, else of the first.
        case caption
        /// The person's caption alone.
        case edited
        /// The enhanced caption alone.
        case enhanced
        /// The second pass's caption alone.
        case second
        /// The first pass's, or the only one.
        case first
        /// The words of `--trigger`.
        case trigger
        /// The person's tags, with commas between them.
        case tags
        /// The source video's path below the input.
        case source
        /// The clip's id.
        case clip
    }

    /// The text as it was given.
    public let text: String
    private let parts: [Part]
    /// The words of `{trigger}`; empty where there are none.
    public let trigger: String

    /// The caption and nothing else.
    public static let caption = CaptionTemplate()

    private init() {
        text = "{caption}"
        parts = [.field(.caption)]
        trigger = ""
    }

    /// Reads a template. `{{` and `}}` stand for braces.
    ///
    /// - Parameters:
    ///   - text: the template.
    ///   - trigger: the words of `{trigger}`; empty where there are none.
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a field that is none, a brace without its other, a template
    ///   without a caption, `{trigger}` without words, or words without `{trigger}`.
    public init(_ text: String, trigger: String = "") throws(ShotlistError) {
        self.text = text
        self.trigger = trigger
        parts = try Self.parts(of: text)
        guard parts.contains(where: \.isCaption) else {
            throw Self.wrong(text, "has no caption in it", "Put {caption} into it.")
        }
        guard !trigger.isEmpty || !parts.contains(.field(.trigger)) else {
            throw Self.wrong(text, "asks for a trigger, and none was given", "Give --trigger, or leave {trigger} out.")
        }
        guard trigger.isEmpty || parts.contains(.field(.trigger)) else {
            throw Self.wrong(
                text, "has no place for the trigger '\(trigger)'", "Put {trigger} into it, or leave --trigger out.")
        }
    }

    /// The words of a window, without spaces at their ends; nil where a caption that the template names is not there.
    public func words(of window: ExportWindow) -> String? {
        var words = ""
        for part in parts {
            switch part {
            case .text(let text): words += text
            case .named(let name):
                guard let caption = Self.present(window.words.named[name]) else { return nil }
                words += caption
            case .field(let field):
                guard let value = value(of: field, window) else { return nil }
                words += value
            }
        }
        return Self.present(words)
    }

    private func value(of field: Field, _ window: ExportWindow) -> String? {
        let words = window.words
        switch field {
        case .caption: return Self.present(words.best)
        case .edited: return Self.present(words.edited)
        case .enhanced: return Self.present(words.enhanced)
        case .second: return words.firstOfTwo == nil ? nil : Self.present(words.last)
        case .first: return Self.present(words.firstOfTwo ?? words.last)
        case .trigger: return trigger
        case .tags: return window.tags.joined(separator: ", ")
        case .source: return window.relativePath
        case .clip: return window.clipName
        }
    }

    private static func present(_ words: String?) -> String? {
        guard let words else { return nil }
        let start = words.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        return String(start[...last])
    }

    private static func parts(of text: String) throws(ShotlistError) -> [Part] {
        var (parts, plain, rest) = ([Part](), "", text[...])
        while let character = rest.popFirst() {
            guard character == "{" || character == "}" else {
                plain.append(character)
                continue
            }
            if rest.first == character {
                plain.append(character)
                rest.removeFirst()
                continue
            }
            guard character == "{", let end = rest.firstIndex(of: "}") else {
                throw wrong(text, "has a brace without its other", "Write {{ and }} for braces that are to stay.")
            }
            if !plain.isEmpty { parts.append(.text(plain)) }
            plain = ""
            parts.append(try part(named: String(rest[..<end]), in: text))
            rest = rest[rest.index(after: end)...]
        }
        if !plain.isEmpty { parts.append(.text(plain)) }
        return parts
    }

    private static func part(named name: String, in text: String) throws(ShotlistError) -> Part {
        if let field = Field(rawValue: name) { return .field(field) }
        if name.hasPrefix("named:"), name.count > 6 { return .named(String(name.dropFirst(6))) }
        let names = Field.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
        throw wrong(text, "has the field {\(name)}, which is none", "Fields are \(names) and {named:NAME}.")
    }

    private static func wrong(_ text: String, _ why: String, _ remedy: String) -> ShotlistError {
        ShotlistError(.invalidArgument, "The template '\(text)' \(why).", remedy: remedy)
    }
}

extension CaptionTemplate.Part {
    /// Whether it is a caption's place.
    fileprivate var isCaption: Bool {
        switch self {
        case .text: false
        case .named: true
        case .field(let field): [.caption, .edited, .enhanced, .second, .first].contains(field)
        }
    }
}
