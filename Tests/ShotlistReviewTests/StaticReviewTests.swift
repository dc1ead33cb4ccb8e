import Foundation
import ShotlistCore
import ShotlistReview
import TestRecords
import Testing

@Suite("A review as one file")
struct StaticReviewTests {
    private func html(of output: RecordedOutput) async throws -> String {
        let reviewed = try await ReviewedOutput(output: output)
        let file = FileManager.default.temporaryDirectory.appending(path: "shotlist-\(UUID().uuidString).html")
        defer { try? FileManager.default.removeItem(at: file) }
        _ = try await StaticReview(reviewed.catalog, outputPath: output.folder.path).write(to: file.path)
        return try String(contentsOf: file, encoding: .utf8)
    }

    @Test("captions are text in it, whatever they say, and it runs no scripts")
    func text() async throws {
        let page = try await html(of: ReviewedOutput.records())
        #expect(page.contains("A red ball rolls over the green grass."))
        #expect(page.contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt; &amp; &quot;words&quot;"))
        #expect(!page.contains("<img src=x") && !page.contains("<script"))
        #expect(page.contains("default-src 'none'"))
    }

    @Test("previews are inside of it; one that is missing is said to be")
    func previews() async throws {
        let output = try ReviewedOutput.records()
        try output.write(Data("RIFFpicture".utf8), to: "previews/\(RecordedOutput.key(1)).webp")
        let page = try await html(of: output)
        #expect(page.contains("data:image/webp;base64,\(Data("RIFFpicture".utf8).base64EncodedString())"))
        #expect(page.contains("No preview"))
        #expect(!page.contains(output.folder.path), "Paths of this machine are nobody's business.")
    }

    @Test("what a person wrote is in it")
    func edited() async throws {
        let output = try ReviewedOutput.records()
        try await ReviewedOutput(output: output).test { client async throws in
            _ = try await client.post(
                "/api/windows/\(RecordedOutput.key(3))/change",
                #"{"expecting": 0, "field": "caption", "value": "Somebody's own words."}"#)
        }
        #expect(try await html(of: output).contains("Somebody&#39;s own words."))
    }

    @Test("a file that cannot be written is named")
    func unwritable() async throws {
        let reviewed = try await ReviewedOutput()
        await #expect(throws: ShotlistError.self) {
            _ = try await StaticReview(reviewed.catalog, outputPath: reviewed.output.folder.path)
                .write(to: "/nowhere/at/all.html")
        }
    }
}

@Suite("Options of a review")
struct ReviewOptionTests {
    private func code(_ host: String, port: Int = 0, token: String? = nil) -> ShotlistError.Code? {
        let options = ReviewOptions(
            outputPath: "out", host: host, port: port, accessToken: token, person: "Ada")
        do {
            try options.check()
            return nil
        } catch {
            return error.code
        }
    }

    @Test("this machine's own addresses need no token", arguments: ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
    func loopback(_ host: String) { #expect(code(host) == nil) }

    @Test("others do", arguments: ["0.0.0.0", "::", "192.168.1.2"])
    func others(_ host: String) {
        #expect(code(host) == .invalidArgument)
        #expect(code(host, token: "0123456789abcdef") == nil)
    }

    @Test(
        "a token that can be guessed, or that breaks a cookie, is refused",
        arguments: [
            "", "short", "0123456789abcde", "0123456789abcdef;Path", "0123456789 abcdef", "0123456789äbcdef",
        ])
    func tokens(_ token: String) { #expect(code("127.0.0.1", token: token) == .invalidArgument) }

    @Test("what is no address and no port is refused")
    func nonsense() {
        #expect(code("example.com", token: "0123456789abcdef") == .invalidArgument)
        #expect(code("127.0.0.1", port: 65536) == .invalidArgument)
        #expect(code("127.0.0.1", port: -1) == .invalidArgument)
    }
}
