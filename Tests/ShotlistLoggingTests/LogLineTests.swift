import Foundation
import Logging
import ShotlistLogging
import Synchronization
import Testing

@Suite("The log as lines of JSON")
struct LogLineTests {
    /// A line as a program reads it: by itself.
    private func object(_ text: String) throws -> [String: Any] {
        try #require(text.hasSuffix("\n"))
        let line = text.unicodeScalars.dropLast()
        // What readers of lines take for the end of one, Python's among them.
        let ends: Set<Unicode.Scalar> = [
            "\n", "\r", "\u{b}", "\u{c}", "\u{1c}", "\u{1d}", "\u{1e}", "\u{85}", "\u{2028}", "\u{2029}",
        ]
        #expect(!line.contains { ends.contains($0) || $0.value < 0x20 || (0x7f...0x9f).contains($0.value) })
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("a line has its keys, and the time in UTC to the millisecond")
    func keys() throws {
        let line = LogLine(
            level: "info", event: "window", message: "done",
            metadata: [
                "text": .text("a"), "whole": .integer(-3), "part": .number(0.25), "yes": .flag(true),
                "list": .list([.integer(1), .text("b")]), "inner": .object(["none": .number(.nan)]),
            ], time: Date(timeIntervalSince1970: 1_740_848_645.1239))
        #expect(
            line.text == """
                {"time":"2025-03-01T17:04:05.123Z","level":"info","event":"window","message":"done","metadata":\
                {"inner":{"none":null},"list":[1,"b"],"part":0.25,"text":"a","whole":-3,"yes":true}}

                """)
    }

    @Test("a clock before 1970 is no reason for a broken line")
    func earlyClock() throws {
        let line = LogLine(level: "info", message: "m", time: Date(timeIntervalSince1970: -5.5))
        #expect(try object(line.text)["time"] as? String == "1970-01-01T00:00:00.000Z")
    }

    @Test("whatever a message holds, it is one line, and comes back as it was")
    func nasty() throws {
        let all = String(String.UnicodeScalarView((0..<0x3000).compactMap { Unicode.Scalar(UInt32($0)) }))
        let texts = [
            "two\nlines", "\r\n",
            "a \"quote\" and a \\", "\\u0000", "\u{0}\u{1}\u{1f}\u{7f}\u{85}\u{9b}31m",
            "\u{2028}\u{2029}",
            "{\"level\":\"error\"}\n{\"level\":\"error\"}", "é 🎬 👩‍👩‍👧 e\u{301}", "\u{1b}]0;title\u{7}", "", all,
            String(decoding: [0x61, 0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x62, 0xf0, 0x9f], as: UTF8.self),
        ]
        for text in texts {
            let line = LogLine(level: text, event: text, message: text, metadata: [text: .text(text)])
            let read = try object(line.text)
            for key in ["level", "event", "message"] { #expect(scalars(read[key]) == scalars(text)) }
            let metadata = try #require(read["metadata"] as? [String: String])
            #expect(metadata.count == 1)
            #expect(scalars(metadata.keys.first) == scalars(text) && scalars(metadata.values.first) == scalars(text))
        }
    }

    /// A text's scalars, since `==` takes one form of an accent for the other.
    private func scalars(_ text: Any?) -> [UInt32]? {
        (text as? String)?.unicodeScalars.map(\.value)
    }

    @Test("messages of swift-log come with their metadata, the nearest first, and values keep their kinds")
    func handler() throws {
        let collected = Collected()
        var logger = Logger(label: "test") { _ in JSONLogHandler { collected.add($0.text) } }
        logger.logLevel = .info
        logger[metadataKey: "run"] = "1"
        logger[metadataKey: "clip"] = "outer"
        logger.debug("not asked for")
        logger.warning(
            "a \"message\"\nof two lines",
            metadata: [
                "clip": "inner", "number": .stringConvertible(7), "part": .stringConvertible(0.5),
                "yes": .stringConvertible(true), "list": ["a", "b"], "fields": ["x": "y"],
            ])
        #expect(collected.all.count == 1)
        let read = try object(try #require(collected.all.first))
        #expect(read["level"] as? String == "warning")
        #expect(read["message"] as? String == "a \"message\"\nof two lines")
        #expect(read["event"] == nil)
        let metadata = try #require(read["metadata"] as? [String: Any])
        #expect(metadata["run"] as? String == "1")
        #expect(metadata["clip"] as? String == "inner")
        #expect(metadata["number"] as? Int == 7)
        #expect(metadata["part"] as? Double == 0.5)
        #expect(metadata["yes"] as? Bool == true)
        #expect(metadata["list"] as? [String] == ["a", "b"])
        #expect(metadata["fields"] as? [String: String] == ["x": "y"])
    }
}

/// Keeps lines.
private final class Collected: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func add(_ line: String) { lines.withLock { $0.append(line) } }
}
