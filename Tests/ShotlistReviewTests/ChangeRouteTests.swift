import Foundation
import TestRecords
import Testing

@Suite("Changes in a review")
struct ChangeRouteTests {
    private static let key = RecordedOutput.key(1)
    private static let path = "/api/windows/\(key)/change"

    @Test("a caption that is edited is shown, and the model's stays beside it")
    func edit() async throws {
        try await ReviewedOutput().test { client async throws in
            let answer = try await client.post(
                Self.path, #"{"expecting": 0, "field": "caption", "value": "A ball."}"#)
            #expect(answer.status == .ok)
            let window = try answer.window
            #expect(window["caption"] as? String == "A ball.")
            let captions = window["captions"] as? [[String: String]]
            #expect(captions?.first?["text"] == "A red ball rolls over the green grass.")
            let review = try #require(window["review"] as? [String: Any])
            #expect(review["by"] as? String == "Ada")
            let back = try await client.post(Self.path, #"{"expecting": 1, "field": "caption", "value": null}"#)
            #expect(try back.window["caption"] as? String == "A red ball rolls over the green grass.")
        }
    }

    @Test(
        "every kind of change is kept",
        arguments: [
            (#""decision", "value": "approved""#, "decision"), (#""rating", "value": 4"#, "rating"),
            (#""tags", "value": ["a", "b"]"#, "tags"), (#""note", "value": "Look again.""#, "note"),
        ])
    func kinds(_ change: String, _ field: String) async throws {
        try await ReviewedOutput().test { client async throws in
            #expect(try await client.post(Self.path, #"{"expecting": 0, "field": \#(change)}"#).status == .ok)
            let review = try await client.get("/api/windows/\(Self.key)").window["review"] as? [String: Any]
            let value = try #require(review?[field])
            #expect("\(value)" != "none" && "\(value)" != "" && "\(value)" != "[]")
        }
    }

    @Test("who was slower is told, with the other's text, and nothing is overwritten")
    func conflict() async throws {
        let output = try ReviewedOutput.records()
        let ada = try await ReviewedOutput(output: output, person: "Ada")
        let bob = try await ReviewedOutput(output: output, person: "Bob")
        try await ada.test { client async throws in
            _ = try await client.post(Self.path, #"{"expecting": 0, "field": "caption", "value": "Ada's words."}"#)
        }
        try await bob.test { client async throws in
            let answer = try await client.post(
                Self.path, #"{"expecting": 0, "field": "caption", "value": "Bob's words."}"#)
            #expect(answer.status == .conflict)
            let error = try #require(try answer.json["error"] as? [String: Any])
            #expect(error["code"] as? String == "conflict")
            #expect((error["message"] as? String)?.contains("Ada") == true)
            #expect(try answer.window["caption"] as? String == "Ada's words.")
            let again = try await client.post(
                Self.path, #"{"expecting": 1, "field": "caption", "value": "Bob's words."}"#)
            #expect(try again.window["caption"] as? String == "Bob's words.")
        }
    }

    @Test("the last change is undone, a bulk one as a whole")
    func undo() async throws {
        try await ReviewedOutput().test { client async throws in
            let change = #"{"query": "q=ball", "kind": "replace", "find": "ball", "text": "cube", "isRegex": false}"#
            let preview = try await client.post("/api/bulk/preview", change)
            #expect(try preview.json["count"] as? Int == 2)
            let examples = try #require(try preview.json["examples"] as? [[String: String]])
            #expect(examples.contains { $0["after"] == "A dog runs after the red cube." })
            let token = try #require(try preview.json["token"] as? String)
            #expect(try await client.post("/api/bulk/apply", change).status == .badRequest)
            let whole = String(change.dropLast()) + #", "token": "\#(token)"}"#
            let applied = try await client.post("/api/bulk/apply", whole)
            #expect(try applied.json["count"] as? Int == 2)
            #expect(try await client.get("/api/count?q=cube").json["count"] as? Int == 2)
            let undone = try await client.post("/api/undo", "{}")
            #expect(try undone.windows.count == 2)
            #expect(try undone.json["count"] as? Int == 2 && undone.json["kept"] as? Int == 0)
            #expect(try await client.get("/api/count?q=cube").json["count"] as? Int == 0)
        }
    }

    @Test("a preview shows any part of its changes")
    func parts() async throws {
        let output = try RecordedOutput()
        for clip in 0..<21 {
            try output.add(clip, captions: (0..<10).map { "A ball of number \(clip * 10 + $0) rolls." })
        }
        try await ReviewedOutput(output: output).test { client async throws in
            let change = #"{"query": "", "kind": "suffix", "text": " End.""#
            func part(_ more: String) async throws -> [[String: String]] {
                let answer = try await client.post("/api/bulk/preview", change + more + "}")
                #expect(try answer.json["count"] as? Int == 210)
                return try answer.json["examples"] as? [[String: String]] ?? []
            }
            let (first, rest) = (try await part(""), try await part(#", "offset": 200"#))
            #expect(first.count == 200 && rest.count == 10)
            #expect(Set((first + rest).compactMap { $0["key"] }).count == 210)
            #expect(try await part(#", "offset": 5, "limit": 2"#) == Array(first[5..<7]))
            #expect(try await part(#", "offset": 210"#).isEmpty)
        }
    }

    @Test(
        "what is no change is refused",
        arguments: [
            "", "[]", "{}", #"{"expecting": 0, "field": "path", "value": "x"}"#,
            #"{"expecting": "0", "field": "note", "value": "x"}"#,
            #"{"expecting": 0, "field": "decision", "value": "maybe"}"#,
        ])
    func wrongChanges(_ body: String) async throws {
        try await ReviewedOutput().test { client async throws in
            #expect(try await client.post(Self.path, body).status == .badRequest)
        }
    }

    @Test("what is too large or of another type is not read")
    func bounds() async throws {
        try await ReviewedOutput().test { client async throws in
            let long = String(repeating: "x", count: 1 << 18)
            let body = #"{"expecting": 0, "field": "note", "value": "\#(long)"}"#
            #expect(try await client.post(Self.path, body).status == .contentTooLarge)
            let form = try await client.post(Self.path, "field=note", ["Content-Type": "text/plain"])
            #expect(form.status == .unsupportedMediaType)
        }
    }
}
