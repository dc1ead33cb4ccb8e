/// A server's answer in XML, as far as S3 uses it: elements and text. Attributes, comments and processing
/// instructions are left out; document types and entities of their own are refused, and so nothing is ever fetched or
/// grows.
package struct XMLElements: Sendable {
    /// An element with its text and what is in it.
    package struct Element: Sendable {
        package let name: String
        package var text = ""
        var children: [Element] = []

        /// The text of the first element of a name.
        package subscript(_ name: String) -> String? { children.first { $0.name == name }?.text }

        /// All elements of a name.
        package func all(_ name: String) -> [Element] { children.filter { $0.name == name } }
    }

    private static let deepest = 16
    private var rest: Substring.UTF8View
    private var open: [Element] = []

    /// The outermost element; nil for what is no whole XML.
    package static func root(of bytes: some Collection<UInt8>) -> Element? {
        let text = String(decoding: bytes, as: UTF8.self)
        var parser = XMLElements(rest: text[...].utf8)
        return parser.parse()
    }

    private init(rest: Substring.UTF8View) { self.rest = rest }

    private mutating func parse() -> Element? {
        while !rest.isEmpty {
            guard let start = rest.firstIndex(of: UInt8(ascii: "<")) else { return nil }
            if let last = open.indices.last {
                guard let text = Self.plain(rest[..<start]) else { return nil }
                open[last].text += text
            }
            rest = rest[rest.index(after: start)...]
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return nil }
            let tag = rest[..<end]
            rest = rest[rest.index(after: end)...]
            switch tag.first {
            case UInt8(ascii: "?"): continue
            case UInt8(ascii: "!"): return nil
            case UInt8(ascii: "/"):
                guard let closed = open.popLast() else { return nil }
                if let whole = take(closed) { return whole }
            default:
                let name = tag.prefix { byte in byte > 0x20 && byte != UInt8(ascii: "/") }
                let element = Element(name: Substring(name).split(separator: ":").last.map(String.init) ?? "")
                if tag.last == UInt8(ascii: "/") {
                    if let whole = take(element) { return whole }
                } else {
                    guard open.count < Self.deepest else { return nil }
                    open.append(element)
                }
            }
        }
        return nil
    }

    /// Puts an element that is whole into the one around it, and gives it when there is none.
    private mutating func take(_ element: Element) -> Element? {
        guard let last = open.indices.last else { return element }
        open[last].children.append(element)
        return nil
    }

    /// Text with its entities replaced; nil for an entity that is none of XML's own.
    private static func plain(_ text: Substring.UTF8View) -> String? {
        guard text.contains(UInt8(ascii: "&")) else { return String(Substring(text)) }
        let names: [Substring: String] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
        var plain = ""
        let parts = Substring(text).split(separator: "&", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            guard index > 0 else {
                plain += part
                continue
            }
            let name = part.prefix { $0 != ";" }
            guard name.count < part.count else { return nil }
            if let known = names[name] {
                plain += known
            } else {
                let isHex = name.hasPrefix("#x")
                guard name.hasPrefix("#"), let code = UInt32(name.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10),
                    let scalar = Unicode.Scalar(code)
                else { return nil }
                plain.unicodeScalars.append(scalar)
            }
            plain += part.dropFirst(name.count + 1)
        }
        return plain
    }
}
