import Foundation
import ShotlistPipeline
import Testing

@Suite("docs/metrics.md")
struct DocumentationTests {
    @Test("has a line for every metric, with its kind, and for no other")
    func table() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/metrics.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `shotlist_") }.map { row in
            row.split(separator: "|").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
        }
        #expect(rows.map { $0[0] }.sorted() == RunMetric.allCases.map(\.rawValue).sorted())
        for row in rows {
            let kind = row[0].hasSuffix("_total") ? "counter" : row[0].hasSuffix("_seconds") ? "histogram" : "gauge"
            #expect(row.count == 4 && row[1] == kind, "\(row)")
        }
    }
}
