/// Rows of CSV (RFC 4180).
enum CSVText {
    /// A row with its line end. Fields with a comma, a quote, a line end or a space at an end are quoted.
    ///
    /// - Parameter escapesFormulas: whether a field that a spreadsheet would compute (`=`, `+`, `-`, `@`, a tab or a
    ///   line end first) gets an apostrophe before it. That changes the text.
    static func row(_ fields: [String], escapesFormulas: Bool) -> String {
        fields.map { field($0, escapesFormulas: escapesFormulas) }.joined(separator: ",") + "\r\n"
    }

    private static func field(_ text: String, escapesFormulas: Bool) -> String {
        var text = text
        if escapesFormulas, let first = text.unicodeScalars.first, "=+-@\t\r\n".unicodeScalars.contains(first) {
            text = "'" + text
        }
        let special = text.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
        guard special || text.first == " " || text.last == " " else { return text }
        var quoted = "\""
        // By scalars: a mark that joins the quote before it would hide that among characters.
        for scalar in text.unicodeScalars { quoted += scalar == "\"" ? "\"\"" : String(scalar) }
        return quoted + "\""
    }
}
