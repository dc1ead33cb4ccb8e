import Foundation
import ShotlistCatalog
import TestRecords
import Testing

@Suite("Plots and filters of a review")
struct PlotRouteTests {
    /// Five clips of one to three windows, whose answers took tenths of a thousandth of a second to minutes.
    private static func records() throws -> RecordedOutput {
        let output = try ReviewedOutput.records()
        try output.add(4, video: "videos/c.mp4", captions: ["Snow lies on a roof."])
        try output.add(5, video: "videos/c.mp4", captions: ["One dog.", "Two dogs and a ball.", "No dog is seen."])
        for (number, seconds) in [(1, 0.000_03), (3, 0.7), (4, 61.25)] {
            try change(output, number) { windows in
                for index in windows.indices {
                    windows[index]["seconds"] = seconds * Double(index + 1)
                    windows[index]["output_tokens"] = 7 * number * number * (index + 1)
                }
            }
            let file = output.folder.appending(path: "metas/v0/\(RecordedOutput.clip(number)).json").path
            let date = Date(timeIntervalSince1970: 1_700_000_000.25 + Double(number) * 7)
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file)
        }
        return output
    }

    /// Writes a record's windows anew.
    private static func change(
        _ output: RecordedOutput, _ number: Int, _ body: (inout [[String: Any]]) -> Void
    ) throws {
        let path = "metas/v0/\(RecordedOutput.clip(number)).json"
        let data = try Data(contentsOf: output.folder.appending(path: path))
        var record = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        var windows = try #require(record["windows"] as? [[String: Any]])
        body(&windows)
        record["windows"] = windows
        try output.write(JSONSerialization.data(withJSONObject: record), to: path)
    }

    private static func encoded(_ text: String) throws -> String {
        try #require(text.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
    }

    @Test("each bar of each plot finds as many windows as it says")
    func bars() async throws {
        try await ReviewedOutput(output: try Self.records()).test { client async throws in
            let plots = try #require(try await client.get("/api/statistics").json["plots"] as? [[String: Any]])
            let titles = plots.compactMap { $0["title"] as? String }
            #expect(
                titles == [
                    "Status", "Caption length", "Caption words", "Clip length", "Window length", "Tokens",
                    "Time per window", "Resolutions", "Frequent words", "Throughput",
                ])
            for plot in plots {
                let title = try #require(plot["title"] as? String)
                let filter = try #require(plot["filter"] as? String)
                let bars = try #require(plot["bars"] as? [[String: Any]])
                #expect(!bars.isEmpty, "\(title)")
                for bar in bars {
                    let value = try #require(bar["value"] as? String)
                    let answer = try await client.get("/api/count?\(filter)=\(try Self.encoded(value))")
                    #expect(answer.status == .ok, "\(title): \(filter)=\(value)")
                    #expect(try answer.json["count"] as? Int == bar["windows"] as? Int, "\(title): \(filter)=\(value)")
                }
                let windows = bars.reduce(0) { $0 + ($1["windows"] as? Int ?? 0) }
                // Words may be in several windows; every other plot has each window once.
                if title != "Frequent words" { #expect(windows == 10, "\(title)") }
                if title == "Clip length" {
                    #expect(bars.reduce(0) { $0 + ($1["count"] as? Double ?? 0) } == 5, "A clip is counted once.")
                }
            }
        }
    }

    @Test("ranges may leave an end out, and numbers may have a dash of their own")
    func ranges() async throws {
        try await ReviewedOutput(output: try Self.records()).test { client async throws in
            let expected = [
                ("words=8-", 2), ("words=-4", 4), ("words=4", 2), ("seconds=2e-05-1e-04", 2), ("seconds=-0.00003", 1),
                ("cliplength=2-4", 7), ("cliplength=6", 3), ("duration=2", 10), ("rating=0", 10), ("rating=1-", 0),
                ("word=ball", 3), ("word=ball&word=red", 2), ("word=dog", 3), ("word=videos", 0),
                ("written=1700000000-1700000010", 2), ("preview=0", 10),
            ]
            for (query, count) in expected {
                #expect(try await client.get("/api/count?\(query)").json["count"] as? Int == count, "\(query)")
            }
            for query in ["words=-", "seconds=1e-", "written=soon", "duration=2-1", "cliplength=nan", "words=1-2-3"] {
                #expect(try await client.get("/api/count?\(query)").status == .badRequest, "\(query)")
            }
        }
    }

    @Test("videos beyond those that are listed are found by a part of their names")
    func find() async throws {
        let output = try RecordedOutput()
        for number in 0..<Facets.most + 5 {
            try output.add(number, video: "videos/v\(number).mp4", captions: ["A ball."])
        }
        try await ReviewedOutput(output: output).test { client async throws in
            func videos(_ query: String) async throws -> (values: [String], hasMore: Bool) {
                let groups = try await client.get("/api/facets\(query)").json["groups"] as? [[String: Any]] ?? []
                let group = try #require(groups.first { $0["name"] as? String == "source" })
                let values = group["values"] as? [[String: Any]] ?? []
                return (values.compactMap { $0["value"] as? String }, group["hasMore"] as? Bool ?? false)
            }
            let all = try await videos("")
            #expect(all.values.count == Facets.most && all.hasMore && !all.values.contains("videos/v99.mp4"))
            let found = try await videos("?find=V99")
            #expect(found.values == ["videos/v99.mp4"] && !found.hasMore)
            #expect(try await videos("?find=v99&q=cat").values.isEmpty, "What is found must pass the filters, too.")
        }
    }

    @Test("banned words are a check with its count")
    func bannedWords() async throws {
        var checks = CheckChoices()
        checks.bannedWords = ["green grass"]
        try await ReviewedOutput(checks: checks).test { client async throws in
            #expect(try await client.get("/api/count?flag=banned_word").json["count"] as? Int == 1)
            let groups = try await client.get("/api/facets").json["groups"] as? [[String: Any]] ?? []
            let flags = groups.first { $0["name"] as? String == "flag" }?["values"] as? [[String: Any]] ?? []
            #expect(flags.contains { $0["value"] as? String == "banned_word" && $0["count"] as? Int == 1 })
        }
    }
}
