import ShotlistCore

/// A file with a line for each clip, and `videos/`.
final class LinesWriter: ExportWriter {
    /// What stands in a line.
    struct Style: Sendable {
        /// The file's name.
        let name: String
        /// The line of a clip; `path` is its file's, as the reader wants it.
        let line: @Sendable (_ row: ExportRow, _ path: String) -> String
        /// What stands before all lines.
        var head = ""
        /// Whether paths are whole ones, and not below the part's folder.
        var hasWholePaths = false
    }

    private let file: TextFile
    private let place: PartPlace
    private let style: Style

    init(_ place: PartPlace, _ style: Style) throws(ShotlistError) {
        self.place = place
        self.style = style
        file = try TextFile("\(place.folder)/\(style.name)")
        try file.add(style.head)
    }

    func clipPath(of name: String) -> String? { "videos/\(name).mp4" }

    func add(_ row: ExportRow, file clip: String) throws(ShotlistError) {
        try file.add(style.line(row, path(of: row, clip)))
    }

    func finish() throws(ShotlistError) { try file.finish() }

    private func path(of row: ExportRow, _ clip: String) -> String {
        guard !clip.isEmpty, let path = clipPath(of: row.name) else { return "" }
        return style.hasWholePaths ? "\(place.finalFolder)/\(path)" : path
    }
}

extension LinesWriter.Style {
    /// All that is known, a JSON object a line.
    static func jsonl(wholePaths: Bool) -> Self {
        Self(
            name: "captions.jsonl",
            line: { $0.json([("video", $1), ("caption", $0.caption)], withColumns: true) + "\n" },
            hasWholePaths: wholePaths)
    }

    /// The same for `datasets`: `file_name` becomes the column `video`.
    static let huggingFace = Self(
        name: "metadata.jsonl",
        line: { $0.json([("file_name", $1), ("caption", $0.caption)], withColumns: true) + "\n" })

    /// `video_path` and `caption`; other keys would be handed on to the trainer's scripts.
    static func musubi(wholePaths: Bool) -> Self {
        Self(
            name: "metadata.jsonl",
            line: { $0.json([("video_path", $1), ("caption", $0.caption)], withColumns: false) + "\n" },
            hasWholePaths: wholePaths)
    }

    /// `caption` and `video`, which must lie below the file's folder.
    static let ltx = Self(
        name: "dataset.jsonl",
        line: { $0.json([("caption", $0.caption), ("video", $1)], withColumns: false) + "\n" })

    /// All that is known, as CSV.
    static func csv(wholePaths: Bool, escapesFormulas: Bool) -> Self {
        let names = ["video", "caption"] + ExportRow.columnNames
        return Self(
            name: "captions.csv",
            line: { row, path in
                let values = row.columns.map { column in
                    switch column.value {
                    case .text(let text): text
                    case .integer(let number): String(number)
                    case .number(let number): number.description
                    }
                }
                return CSVText.row([path, row.caption] + values, escapesFormulas: escapesFormulas)
            },
            head: CSVText.row(names, escapesFormulas: false), hasWholePaths: wholePaths)
    }
}
