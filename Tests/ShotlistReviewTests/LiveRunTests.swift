import Foundation
import TestBrowser
import TestRecords
import Testing

@Suite("A review while a run goes on", .serialized)
struct LiveRunTests {
    private static func run(_ news: [String: Any]) -> [String: Any] { news["run"] as? [String: Any] ?? [:] }

    private static func isGoing(_ news: [String: Any]) -> Bool { run(news)["isGoing"] as? Bool == true }

    @Test("the page tells how far it is, shows its windows as they come, and stops saying so when it ends")
    func page() async throws {
        let output = try RecordedOutput()
        let run = try await RecordedRun(output, clips: 3)
        try await run.write(1, ["A red ball rolls over the grass.", "A dog runs after it."])
        try await ServedReview.with(try await ReviewedOutput(output: output)) { review async throws in
            let page = review.page
            let told = "document.querySelector('#runtext').textContent"
            // What is said to those who do not see it is soon followed by the next.
            let listens = """
                window.isTheSamePage = true;
                window.heard = [];
                const said = document.querySelector("#said");
                new MutationObserver(() => heard.push(said.textContent)).observe(said, { childList: true });
                return true;
                """
            _ = try await page.run(listens, as: Bool.self)
            try await page.wait(until: "!document.querySelector('#run').hidden")
            try await page.wait(until: "\(told) === 'A run goes on: 2 of 6 windows answered, 1 video left.'")
            try await run.write(2, ["Rain falls on an empty street.", "Two people walk by."])
            try await page.wait(until: "\(told).includes('4 of 6 windows')")
            try await page.wait(until: "document.querySelector('#count').textContent === '4 windows'")
            try await page.wait(until: "document.querySelector('#rows').textContent.includes('Two people walk by.')")
            #expect(try await page.run("return document.querySelector('#progress').value", as: Int.self) == 4)
            try await review.picture("review-live")
            try await run.write(3, ["Snow lies on a roof.", "A bird sits on a wire."])
            try await page.wait(until: "document.querySelector('#count').textContent === '6 windows'")
            try await run.end()
            try await page.wait(until: "document.querySelector('#run').hidden")
            try await page.wait(until: "heard.some((words) => words.startsWith('The run has ended: done'))")
            #expect(try await page.run("return window.isTheSamePage === true", as: Bool.self))
        }
    }

    @Test("a page whose review has gone away says so, and no more when it is back")
    func gone() async throws {
        try await ServedReview.with(try await ReviewedOutput()) { review async throws in
            let page = review.page
            let cut = "window.ask = window.fetch; window.fetch = () => Promise.reject(new TypeError()); return true"
            _ = try await page.run(cut, as: Bool.self)
            let said = "document.querySelector('#runtext').checkVisibility() && document.querySelector('#runtext')"
            try await page.wait(until: "\(said).textContent.startsWith('The review does not answer.')")
            _ = try await page.run("window.fetch = window.ask; return true", as: Bool.self)
            try await page.wait(until: "document.querySelector('#run').hidden")
        }
    }

    @Test("what is told of a run is what the ledger knows of it, and of its end")
    func told() async throws {
        let output = try RecordedOutput()
        let run = try await RecordedRun(output, clips: 2)
        try await run.write(1, ["One.", "Two."])
        try await ReviewedOutput(output: output).test { client async throws in
            let going = Self.run(try await client.news(until: Self.isGoing))
            #expect(going["hasLedger"] as? Bool == true && going["started"] is Double && going["ending"] == nil)
            #expect(going["windows"] as? Int == 4 && going["answered"] as? Int == 2 && going["left"] as? Int == 2)
            #expect(going["videos"] as? [String: Int] == ["open": 1])
            try await run.write(2, ["Three.", "Four."])
            try await run.end()
            let ended = Self.run(try await client.news { !Self.isGoing($0) })
            #expect(ended["ending"] as? String == "done" && ended["answered"] as? Int == 4)
            #expect(ended["videos"] as? [String: Int] == ["done": 1])
        }
    }

    @Test("a run that was killed does not go on, though nobody has said that it ended")
    func killed() async throws {
        let output = try RecordedOutput()
        let run = try await RecordedRun(output, clips: 1)
        try await ReviewedOutput(output: output).test { client async throws in
            _ = try await client.news(until: Self.isGoing)
            try await run.leave()
            let left = Self.run(try await client.news { !Self.isGoing($0) })
            #expect(left["hasLedger"] as? Bool == true && left["ending"] == nil && left["windows"] as? Int == 2)
        }
    }

    @Test("new records are news; without a ledger no run is told of")
    func generation() async throws {
        let output = try ReviewedOutput.records()
        try await ReviewedOutput(output: output).test { client async throws in
            let first = try await client.news { $0["isReading"] as? Bool == false }
            #expect(Self.run(first)["hasLedger"] as? Bool == false && !Self.isGoing(first))
            let before = try #require(first["generation"] as? Int)
            try output.add(4, video: "videos/c.mp4", captions: ["Snow lies on a roof."])
            let later = try await client.news { ($0["generation"] as? Int ?? 0) > before }
            #expect(Self.run(later)["hasLedger"] as? Bool == false)
            #expect(try await client.get("/api/windows").windows.count == 7)
        }
    }
}
