import Foundation
import HTTPTypes
import HummingbirdTesting
import ShotlistReview
import TestRecords
import Testing

@Suite("Attacks on a review")
struct AttackTests {
    private static let change = "/api/windows/\(RecordedOutput.key(1))/change"
    private static let body = #"{"expecting": 0, "field": "note", "value": "x"}"#

    @Test(
        "a name that another site can own is refused, whatever is asked",
        arguments: [
            "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example",
            "[::1", "", "localhost:x",
        ])
    func rebinding(_ host: String) async throws {
        try await live { port async throws in
            let status = try await Self.status(port, host: host, "/api/session")
            #expect(status == .misdirectedRequest || status == .badRequest)
        }
    }

    @Test(
        "this machine's own names are taken, with any port",
        arguments: [
            "localhost", "localhost:9000", "LOCALHOST", "127.0.0.1:80", "[::1]:80",
        ])
    func ownNames(_ host: String) async throws {
        try await live { port async throws in #expect(try await Self.status(port, host: host, "/api/session") == .ok) }
    }

    @Test("a change without the session's token changes nothing", arguments: ["", "x", "0123456789"])
    func noToken(_ token: String) async throws {
        try await ReviewedOutput().test { client async throws in
            let answer = try await client.post(Self.change, Self.body, ["X-Shotlist-Session": token])
            #expect(answer.status == .forbidden)
            #expect(try await client.get("/api/windows/\(RecordedOutput.key(1))").window["version"] as? Int == 0)
        }
    }

    @Test(
        "a change that comes from another site is refused, also with the token",
        arguments: [
            ("Origin", "http://evil.example"), ("Origin", "null"), ("Origin", "https://localhost"),
            ("Origin", "http://localhost.evil.example"), ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
            ("Sec-Fetch-Site", "none"),
        ])
    func foreign(_ name: String, _ value: String) async throws {
        try await ReviewedOutput().test { client async throws in
            #expect(try await client.post(Self.change, Self.body, [name: value]).status == .forbidden)
            #expect(try await client.post("/api/undo", "{}", [name: value]).status == .forbidden)
        }
    }

    @Test("the page's own requests are answered")
    func own() async throws {
        try await ReviewedOutput().test { client async throws in
            let fields = ["Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"]
            #expect(try await client.post(Self.change, Self.body, fields).status == .ok)
        }
    }

    @Test("another site gets no captions, pictures or scripts into its own page")
    func embedding() async throws {
        try await ReviewedOutput().test { client async throws in
            let fields = ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"]
            let clip = "/media/clip/\(RecordedOutput.key(1))"
            for path in ["/", "/api/windows", "/api/session", "/assets/app.js", clip] {
                #expect(try await client.get(path, fields).status == .forbidden, "\(path)")
            }
            let visit = ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"]
            #expect(try await client.get("/", visit).status == .ok, "A link may open the page.")
            #expect(try await client.get("/api/windows", visit).status == .forbidden)
        }
    }

    @Test("no answer may be framed, guessed at, or run what is not the program's own")
    func headers() async throws {
        try await ReviewedOutput().test { client async throws in
            for path in ["/", "/assets/app.js", "/api/windows", "/nothing", "/api/windows?sort=x"] {
                let answer = try await client.get(path)
                let policy = try #require(answer.field("Content-Security-Policy"))
                #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe"))
                #expect(answer.field("X-Content-Type-Options") == "nosniff")
                #expect(answer.field("Access-Control-Allow-Origin") == nil)
            }
        }
    }

    @Test(
        "no path of a client is opened",
        arguments: [
            "/media/clip/../../../etc/passwd", "/media/clip/..%2f..%2fetc/passwd", "/media/preview/%2e%2e/%2e%2e",
            "/assets/..%2fapp.js", "/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/assets/../../etc/passwd", "//etc/passwd",
            "/metas/v0/00000000-0000-5000-8000-000000000001.json", "/.shotlist/review.sqlite",
            "/media/clip/00000000-0000-5000-8000-000000000001%00/0_47",
        ])
    func paths(_ path: String) async throws {
        try await ReviewedOutput().test { client async throws in
            let answer = try await client.get(path)
            #expect(answer.status == .notFound || answer.status == .badRequest)
            #expect(!answer.text.contains("root:"))
        }
    }

    @Test("a link that leaves the output is not followed, one inside is")
    func links() async throws {
        let reviewed = try await ReviewedOutput()
        let clips = reviewed.output.folder.appending(path: "clips")
        let outside = FileManager.default.temporaryDirectory.appending(path: "shotlist-outside-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: outside) }
        try Data("secret".utf8).write(to: outside)
        try reviewed.output.write(Data("inside".utf8), to: "clips/other.bin")
        func link(_ clip: Int, to target: URL) throws {
            try FileManager.default.createSymbolicLink(
                at: clips.appending(path: "\(RecordedOutput.clip(clip)).mp4"), withDestinationURL: target)
        }
        try link(1, to: outside)
        try link(2, to: clips.appending(path: "other.bin"))
        try link(3, to: URL(filePath: "/dev/zero"))
        try await reviewed.test { client async throws in
            let leaving = try await client.get("/media/clip/\(RecordedOutput.key(1))")
            #expect(leaving.status == .notFound && !leaving.text.contains("secret"))
            #expect(try await client.get("/media/clip/\(RecordedOutput.key(2))").text == "inside")
            #expect(try await client.get("/media/clip/\(RecordedOutput.key(3))").status == .notFound)
        }
    }

    @Test("with an access token nothing is told without it")
    func access() async throws {
        let token = "0123456789abcdef0123"
        try await ReviewedOutput(token: token).test { client async throws in
            let others = ["/?token=wrong-wrong-wrong-1", "/api/session?token=\(token)"]
            for path in ["/", "/api/session", "/assets/app.js"] + others {
                #expect(try await client.get(path).status == .unauthorized, "\(path)")
            }
            let entry = try await client.get("/?token=\(token)")
            #expect(entry.status == .seeOther && entry.field("Location") == "/")
            let cookie = try #require(entry.field("Set-Cookie"))
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"))
            let pair = String(cookie.prefix { $0 != ";" })
            #expect(try await client.get("/api/session", ["Cookie": "a=b; \(pair)"]).status == .ok)
            #expect(try await client.get("/api/session", ["Cookie": "shotlist_access=x"]).status == .unauthorized)
            #expect(try await client.get("/api/session", ["Authorization": "Bearer \(token)"]).status == .ok)
        }
    }

    private func live(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        try await ReviewedOutput().server.application().test(.live) { client async throws in
            try await body(try #require(client.port))
        }
    }

    private static func status(_ port: Int, host: String, _ path: String) async throws -> HTTPResponse.Status {
        try await TestClient.withClient(host: "127.0.0.1", port: port) { client async throws in
            try await client.execute(TestClient.Request(path, method: .get, authority: host)).status
        }
    }
}
