import Foundation
import ShotlistCatalog
import ShotlistLedger
import TestRecords
import Testing

@Suite("Lists and windows of a review")
struct WindowRouteTests {
    @Test("a list comes in the order of the videos, with what a card shows")
    func list() async throws {
        try await ReviewedOutput().test { client async throws in
            let windows = try await client.get("/api/windows").windows
            #expect(windows.count == 6)
            #expect(windows.map { $0["key"] as? String }.first == RecordedOutput.key(1))
            let first = try #require(windows.first)
            #expect(first["caption"] as? String == "A red ball rolls over the green grass.")
            #expect(first["status"] as? String == "success")
            #expect(first["version"] as? Int == 0)
            #expect(first["framesShown"] == nil, "Lists leave out what only one window shows.")
        }
    }

    @Test("a page is a part of the list, and no larger than is bounded")
    func pages() async throws {
        try await ReviewedOutput().test { client async throws in
            let all = try await client.get("/api/windows").windows.map { $0["key"] as? String }
            let part = try await client.get("/api/windows?offset=2&limit=3").windows.map { $0["key"] as? String }
            #expect(part == Array(all[2..<5]))
            #expect(try await client.get("/api/windows?limit=100000").status == .badRequest)
            #expect(try await client.get("/api/windows?offset=-1").status == .badRequest)
        }
    }

    @Test("filters and searches are those of the address")
    func filters() async throws {
        try await ReviewedOutput().test { client async throws in
            let expected = [
                ("", 6), ("status=error", 1), ("source=videos%2Fb.mp4", 4), ("q=red%20ball", 2), ("edited=1", 0),
                ("q=red+ball&source=videos/b.mp4", 0),
                ("key=\(RecordedOutput.key(3))&key=\(RecordedOutput.key(1))", 2),
            ]
            for (query, count) in expected {
                let found = try await client.get("/api/count?\(query)").json["count"] as? Int
                #expect(found == count, "\(query)")
            }
        }
    }

    @Test(
        "a filter that cannot be read is refused and named",
        arguments: [
            "status=done", "rating=high", "length=9-1", "edited=maybe", "key=..%2F..", "sort=colour", "resolution=axb",
        ])
    func wrongFilters(_ query: String) async throws {
        try await ReviewedOutput().test { client async throws in
            let answer = try await client.get("/api/windows?\(query)")
            #expect(answer.status == .badRequest)
            let error = try #require(try answer.json["error"] as? [String: Any])
            #expect(error["code"] as? String == "filter_invalid")
        }
    }

    @Test("one window has its frames with their times, and its history")
    func detail() async throws {
        try await ReviewedOutput().test { client async throws in
            let answer = try await client.get("/api/windows/\(RecordedOutput.key(1, window: 1))")
            let window = try answer.window
            #expect(window["framesShown"] as? [Int] == [48, 72])
            let times = try #require(window["frameTimes"] as? [Double])
            let start = try #require(window["clipStart"] as? Double)
            #expect(abs(times[0] - (start + 2)) < 0.001 && abs(times[1] - (start + 3)) < 0.001)
            #expect(try answer.json["history"] != nil)
        }
    }

    @Test("a window whose ledger cannot be read is shown, and says why it is not whole")
    func damagedLedger() async throws {
        let reviewed = try await ReviewedOutput()
        try await reviewed.test { client async throws in
            let path = "/api/windows/\(RecordedOutput.key(1))"
            #expect(try await client.get(path).json["problem"] == nil)
            let ledger = reviewed.output.folder.appending(path: ".shotlist/ledger.sqlite")
            try Data("This is no database.".utf8).write(to: ledger)
            let answer = try await client.get(path)
            #expect(try answer.window["caption"] as? String == "A red ball rolls over the green grass.")
            #expect(try (answer.json["history"] as? [Any])?.count == 1)
            let problem = try #require(try answer.json["problem"] as? String)
            #expect(problem.contains("is damaged") && problem.contains("verify --rebuild"))
        }
    }

    @Test("when new records cannot be taken in it says why, until they can")
    func unreadableRecords() async throws {
        let reviewed = try await ReviewedOutput()
        let records = reviewed.output.folder.appending(path: "metas/v0")
        let aside = reviewed.output.folder.appending(path: "aside")
        try FileManager.default.moveItem(at: records, to: aside)
        try Data().write(to: records)
        try await reviewed.test { client async throws in
            let problem = try await client.news { $0["problem"] is String }["problem"] as? String
            #expect(problem?.contains("The records in ") == true && problem?.contains("cannot be read") == true)
            #expect(try await client.get("/api/windows").windows.count == 6, "What is known stays.")
            try FileManager.default.removeItem(at: records)
            try FileManager.default.moveItem(at: aside, to: records)
            _ = try await client.news { !($0["problem"] is String) }
        }
    }

    @Test("records that cannot be read are named, with the reason")
    func damagedRecord() async throws {
        let output = try ReviewedOutput.records()
        try Data("{\"span".utf8).write(to: output.folder.appending(path: "metas/v0/half.json"))
        try await ReviewedOutput(output: output).test { client async throws in
            let problem = try await client.news { $0["problem"] is String }["problem"] as? String
            #expect(problem?.contains("1 record cannot be read in whole, such as 'half.json'") == true)
            #expect(try await client.get("/api/windows").windows.count == 6)
        }
    }

    @Test("a ledger that cannot be read does not end the run, and it is said")
    func brokenLedger() async throws {
        let reviewed = try await ReviewedOutput()
        let folder = reviewed.output.folder
        try await Ledger.open(outputPath: folder.path, program: "tests").close()
        try await reviewed.test { client async throws in
            func hasLedger(_ news: [String: Any]) -> Bool {
                (news["run"] as? [String: Any])?["hasLedger"] as? Bool == true
            }
            _ = try await client.news(until: hasLedger)
            // Another file in its place, as one that is put there anew.
            let ledger = folder.appending(path: ".shotlist/ledger.sqlite")
            try Data(String(repeating: "This is no database. ", count: 10).utf8).write(to: ledger, options: .atomic)
            let news = try await client.news { $0["problem"] is String }
            #expect((news["problem"] as? String)?.contains("is damaged") == true)
            #expect(hasLedger(news), "What was last known of the run stays.")
            try FileManager.default.removeItem(at: ledger)
            #expect(try await !hasLedger(client.news { !($0["problem"] is String) }))
        }
    }

    @Test("a change through another catalog is news")
    func othersChanges() async throws {
        let reviewed = try await ReviewedOutput()
        let other = try await Catalog.open(outputPath: reviewed.output.folder.path, by: "Grace")
        let key = try #require(WindowKey(RecordedOutput.key(1)))
        try await reviewed.test { client async throws in
            let first = try await client.news { $0["isReading"] as? Bool == false }
            let before = first["generation"] as? Int ?? 0
            _ = try await other.change(key, .rating(4), expecting: 0)
            let later = try await client.news { ($0["generation"] as? Int ?? 0) > before }
            #expect(later["generation"] as? Int == before + 1)
        }
        try await other.close()
    }

    @Test("a caption of a book's length is cut in lists, and whole in its window")
    func longCaption() async throws {
        let output = try ReviewedOutput.records()
        let caption = String(repeating: "A ball rolls on. ", count: 1000)
        try output.add(4, captions: [caption])
        try await ReviewedOutput(output: output).test { client async throws in
            let path = "/api/windows/\(RecordedOutput.key(4))"
            #expect(try await client.get(path).window["caption"] as? String == caption)
            let shots = try await client.get("/api/windows?key=\(RecordedOutput.key(4))").windows
            let cut = try #require(shots.first?["caption"] as? String)
            #expect(cut.count == 4001 && cut.hasSuffix("…"))
        }
    }

    @Test(
        "what is no window is not found",
        arguments: [
            "00000000-0000-5000-8000-0000000000ff/0_47", "no-uuid/0_47", "00000000-0000-5000-8000-000000000001/0-47",
        ])
    func missing(_ key: String) async throws {
        try await ReviewedOutput().test { client async throws in
            #expect(try await client.get("/api/windows/\(key)").status == .notFound)
            #expect(try await client.get("/media/clip/\(key)").status == .notFound)
        }
    }

    @Test("counts come in groups by the names that filters have, and plots with the filter of each bar")
    func summaries() async throws {
        try await ReviewedOutput().test { client async throws in
            let facets = try await client.get("/api/facets").json
            let groups = try #require(facets["groups"] as? [[String: Any]])
            for group in groups {
                let name = try #require(group["name"] as? String)
                for value in group["values"] as? [[String: Any]] ?? [] {
                    let plain = try #require(value["value"] as? String)
                    let text = try #require(plain.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
                    let found = try await client.get("/api/count?\(name)=\(text)").json["count"] as? Int
                    #expect(found == value["count"] as? Int, "\(name)=\(text)")
                }
            }
            let plots = try #require(try await client.get("/api/statistics").json["plots"] as? [[String: Any]])
            #expect(plots.contains { $0["title"] as? String == "Caption length" })
            for plot in plots where plot["filter"] as? String == "length" {
                for bar in plot["bars"] as? [[String: Any]] ?? [] {
                    let value = try #require(bar["value"] as? String)
                    let found = try await client.get("/api/count?length=\(value)").json["count"] as? Int
                    #expect(found == (bar["count"] as? Double).map { Int($0) }, "\(value)")
                }
            }
        }
    }
}
