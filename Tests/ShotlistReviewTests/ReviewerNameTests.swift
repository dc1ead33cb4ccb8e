import Foundation
import TestRecords
import Testing

@Suite("Several people at one review")
struct ReviewerNameTests {
    private static let field = "X-Shotlist-Person"

    private static func change(_ number: Int) -> String { "/api/windows/\(RecordedOutput.key(number))/change" }

    @Test("a browser's own name signs its changes; without one the review's does")
    func names() async throws {
        try await ReviewedOutput().test { client async throws in
            let rated = #"{"expecting": 0, "field": "rating", "value": 4}"#
            let own = try await client.post(Self.change(1), rated, [Self.field: "Zo%C3%AB%20%3Cb%3E%20Li"])
            #expect((try own.window["review"] as? [String: Any])?["by"] as? String == "Zoë <b> Li")
            let standard = try await client.post(Self.change(2), rated)
            #expect((try standard.window["review"] as? [String: Any])?["by"] as? String == "Ada")
        }
    }

    @Test("undo takes back the last change of that person, a bulk one as well")
    func undo() async throws {
        try await ReviewedOutput().test { client async throws in
            let grace = [Self.field: "Grace"]
            let bulk = #"{"query": "q=ball", "kind": "addTag", "text": "round"}"#
            let token = try #require(try await client.post("/api/bulk/preview", bulk, grace).json["token"] as? String)
            let whole = String(bulk.dropLast()) + #", "token": "\#(token)"}"#
            #expect(try await client.post("/api/bulk/apply", whole, grace).json["count"] as? Int == 2)
            let rated = #"{"expecting": 0, "field": "rating", "value": 2}"#
            #expect(try await client.post(Self.change(3), rated).status == .ok)
            #expect(try await client.post("/api/undo", "{}", [Self.field: "Eve"]).windows.isEmpty)
            #expect(try await client.post("/api/undo", "{}", grace).windows.count == 2)
            #expect(try await client.post("/api/undo", "{}", grace).windows.isEmpty)
            #expect(try await client.get("/api/count?tag=round").json["count"] as? Int == 0)
            #expect(try await client.get("/api/count?rating=2-2").json["count"] as? Int == 1)
        }
    }

    @Test("who wrote a caption stays beside it when others rate it, and comes back with it")
    func captions() async throws {
        try await ReviewedOutput().test { client async throws in
            func edit(_ version: Int, _ field: String, _ value: String, by person: String) async throws -> [String: Any]
            {
                let body = #"{"expecting": \#(version), "field": "\#(field)", "value": \#(value)}"#
                let answer = try await client.post(Self.change(1), body, [Self.field: person])
                return try #require(try answer.window["review"] as? [String: Any])
            }
            let before = Date().timeIntervalSince1970 - 1
            let written = try await edit(0, "caption", #""A ball.""#, by: "Ada")
            #expect(written["captionBy"] as? String == "Ada")
            #expect(try #require(written["captionAt"] as? Double) > before)
            let rated = try await edit(1, "rating", "3", by: "Bob")
            #expect(rated["by"] as? String == "Bob" && rated["captionBy"] as? String == "Ada")
            let rewritten = try await edit(2, "caption", #""A cube.""#, by: "Bob")
            #expect(rewritten["captionBy"] as? String == "Bob")
            let undone = try await client.post("/api/undo", "{}", [Self.field: "Bob"]).windows.first
            let review = try #require(undone?["review"] as? [String: Any])
            #expect(review["caption"] as? String == "A ball." && review["captionBy"] as? String == "Ada")
            let back = try await edit(4, "caption", "null", by: "Bob")
            #expect(back["captionBy"] == nil)
        }
    }

    @Test(
        "what is no name of one line is refused",
        arguments: [
            "%FF", "%", "%0A", "a%0Ab", "%20%20", "a%E2%80%A8b", String(repeating: "a", count: 201),
            String(repeating: "%61", count: 801),
        ])
    func wrong(_ name: String) async throws {
        try await ReviewedOutput().test { client async throws in
            let body = #"{"expecting": 0, "field": "rating", "value": 4}"#
            #expect(try await client.post(Self.change(1), body, [Self.field: name]).status == .badRequest)
            #expect(try await client.post("/api/undo", "{}", [Self.field: name]).status == .badRequest)
            #expect(try await client.get("/api/count?rating=4-4").json["count"] as? Int == 0)
        }
    }
}
