import Foundation
import ShotlistNetwork
import Testing

@Suite("The pause that a server asks for")
struct RetryAfterTests {
    @Test(
        "is a number of seconds or a date; anything else is none, whatever bytes it has",
        arguments: [
            ("7", .seconds(7)), (" 120 ", .seconds(120)), ("-5", .zero),
            ("Wed, 21 Oct 2015 07:28:00 GMT", .seconds(28)),
            ("Wed, 21 Oct 2015 07:00:00 GMT", .zero), ("soon", nil), ("", nil), (nil, nil),
            // What fuzzing found: Foundation's formatter traps on it.
            (
                String(
                    decoding: [0x57, 0x65, 0x64, 0x2C, 0x20, 0x32, 0x31, 0xD6, 0xB0, 0x9C, 0x8B, 0xDF, 0xCD],
                    as: UTF8.self)
                    + "\u{CD}6 07:28:00 GMT", nil
            ),
        ] as [(String?, Duration?)])
    func read(_ text: String?, _ pause: Duration?) throws {
        let now = try #require(HTTPDate.parse("Wed, 21 Oct 2015 07:27:32 GMT"))
        #expect(RetryAfter.duration(text, now: now) == pause)
    }
}
