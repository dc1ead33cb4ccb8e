import ShotlistCore

/// What is handed over of one clip. Nothing in it is ever unknown, and lists are texts, so that typed readers find the
/// same columns in all rows and parts.
struct ExportRow: Sendable, Hashable {
    /// A column's value.
    enum Value: Sendable, Hashable {
        case text(String)
        case integer(Int)
        case number(Double)
    }

    /// The clip's name without extension.
    let name: String
    /// The caption.
    let caption: String
    let window: ExportWindow
    /// Of the clip that is handed over.
    let frames: Int
    let fps: Double
    let size: PixelSize

    /// Columns beside the clip's file and its caption, in order.
    var columns: [(name: String, value: Value)] {
        [
            ("source", .text(window.relativePath)),
            ("start", .number(window.startSeconds)),
            ("end", .number(window.endSeconds)),
            ("frames", .integer(frames)),
            ("fps", .number(fps)),
            ("width", .integer(size.width)),
            ("height", .integer(size.height)),
            ("clip", .text(window.clipName)),
            ("window", .text(window.range)),
            ("status", .text(window.status)),
            ("flags", .text(window.flags.joined(separator: ", "))),
            ("model", .text(window.model)),
            ("decision", .text(window.decision)),
            ("rating", .integer(window.rating ?? 0)),
            ("tags", .text(window.tags.joined(separator: ", "))),
            ("edited", .text(window.words.edited == nil ? "no" : "yes")),
        ]
    }

    /// The names of ``columns``.
    static let columnNames = [
        "source", "start", "end", "frames", "fps", "width", "height", "clip", "window", "status", "flags", "model",
        "decision", "rating", "tags", "edited",
    ]

    /// The row as an object: the given fields first, then all columns.
    ///
    /// - Parameter leading: the file's and the caption's fields, by the names that the reader wants.
    func json(_ leading: [(String, String)], withColumns: Bool) -> String {
        var fields = JSONFields()
        for (name, value) in leading { fields.add(name, value) }
        guard withColumns else { return fields.object }
        for (name, value) in columns {
            switch value {
            case .text(let text): fields.add(name, text)
            case .integer(let number): fields.add(name, number)
            case .number(let number): fields.add(name, number)
            }
        }
        return fields.object
    }

    /// The caption on one line: whatever a reader may take for a line's end becomes a space.
    var oneLine: String {
        // Those of Python's str.splitlines.
        let ends: Set<Unicode.Scalar> = [
            "\n", "\r", "\u{b}", "\u{c}", "\u{1c}", "\u{1d}", "\u{1e}", "\u{85}", "\u{2028}", "\u{2029}",
        ]
        let lines = caption.unicodeScalars.split { ends.contains($0) }
        return lines.map { String(String.UnicodeScalarView($0)) }.joined(separator: " ")
    }
}
