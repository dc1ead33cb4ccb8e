import Foundation
import Testing

@Suite("The page of a review")
struct PageTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/ShotlistReview/Web")

    private static func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    private static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    @Test("every file is in the program, as it is in the sources")
    func served() async throws {
        try await ReviewedOutput().test { client async throws in
            for name in try Self.files() {
                let answer = try await client.get("/assets/\(name)")
                #expect(answer.status == .ok, "\(name)")
                #expect(answer.text == (try Self.text(name)), "\(name)")
            }
            #expect(try await client.get("/").text == (try Self.text("index.html")))
        }
    }

    @Test("every module that one imports is there, with the names that it takes")
    func imports() throws {
        let names = Set(try Self.files())
        for file in names where file.hasSuffix(".js") {
            for match in try Self.text(file).matches(of: /import\s*\{([^}]*)\}\s*from "\.\/([\w.]+)"/) {
                let module = String(match.2)
                #expect(names.contains(module), "\(file) imports \(module)")
                guard names.contains(module) else { continue }
                let source = try Self.text(module)
                for name in match.1.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespacesAndNewlines) }) {
                    let exported = source.contains(
                        try Regex("export (async )?(const|function|class) \(name)\\b"))
                    #expect(exported || name.isEmpty, "\(file) takes \(name) of \(module)")
                }
            }
        }
    }

    @Test("nothing makes markup or code of text, and nothing is asked of another host")
    func noMarkup() throws {
        let forbidden = [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc",
            "createContextualFragment", "\"style\"", "javascript:", "import(",
        ]
        for file in try Self.files() {
            let text = try Self.text(file).replacing("http://www.w3.org/2000/svg", with: "")
            for word in forbidden where file.hasSuffix(".js") { #expect(!text.contains(word), "\(file): \(word)") }
            #expect(!text.contains("http://") && !text.contains("https://") && !text.contains("@import"), "\(file)")
        }
        let page = try Self.text("index.html")
        #expect(!page.contains(/\son[a-z]+=|<style|<script(?![^>]*src=)|\sstyle=/))
    }

    @Test("every key of the list does something, and whatever can be done by a key is in the list")
    func keys() throws {
        let rows = try Self.text("keys.js").matches(of: /\["(\w+)", \[/).map { String($0.1) }
        let app = try Self.text("app.js")
        let start = try #require(app.range(of: "const commands = {"))
        let end = try #require(app.range(of: "\n};", range: start.upperBound..<app.endIndex))
        let commands = app[start.upperBound..<end.lowerBound].matches(of: /(?m)(?:^ +|, )(\w+): [^,\n]/)
        #expect(rows.count > 20 && Set(rows) == Set(commands.map { String($0.1) }))
    }

    @Test("files are short")
    func short() throws {
        for file in try Self.files() {
            #expect(try Self.text(file).filter { $0 == "\n" }.count <= 200, "\(file)")
        }
    }

    @Test("words can be read against what is behind them, in every scheme")
    func contrast() throws {
        let schemes = try Self.text("style.css").matches(of: /\{([^{}]*--back:[^{}]*)\}/).map { block in
            Dictionary(
                block.1.matches(of: /--([\w-]+): #([0-9a-f]{6})/).map { (String($0.1), Int($0.2, radix: 16) ?? 0) }
            ) { $1 }
        }
        #expect(schemes.count == 3, "Light, dark by the system, dark by choice.")
        #expect(schemes[1] == schemes[2], "Both dark schemes are the same.")
        for scheme in schemes {
            func ratio(_ one: String, _ other: String) throws -> Double {
                let lights = [Self.light(try #require(scheme[one])), Self.light(try #require(scheme[other]))].sorted()
                return (lights[1] + 0.05) / (lights[0] + 0.05)
            }
            for back in ["back", "panel", "raised", "mark"] {
                for words in ["text", "quiet", "accent", "good", "bad", "doubt"] {
                    let found = try ratio(words, back)
                    #expect(found >= 4.5, "\(words) on \(back): \(found)")
                }
                #expect(try ratio("line", back) >= 3, "line on \(back)")
            }
            for back in ["added", "removed"] { #expect(try ratio("text", back) >= 4.5, "text on \(back)") }
            #expect(try ratio("on-accent", "accent") >= 4.5)
        }
    }

    /// WCAG's relative luminance.
    private static func light(_ colour: Int) -> Double {
        let parts = [16, 8, 0].map { shift -> Double in
            let value = Double(colour >> shift & 255) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
}
