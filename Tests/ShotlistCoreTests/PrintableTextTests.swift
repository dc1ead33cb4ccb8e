import ShotlistCore
import Testing

@Suite("Words of files print as words only")
struct PrintableTextTests {
    @Test(
        "codes become visible, all else stays",
        arguments: [
            ("plain, ümläut, 日本語, 👩‍👩‍👧", "plain, ümläut, 日本語, 👩‍👩‍👧"),
            ("\u{1b}[2Ja\u{7}", "\\u{1b}[2Ja\\u{7}"), ("nul\0", "nul\\u{0}"), ("a\nb\r\nc\td", "a\\nb\\r\\nc\\td"),
            ("\u{9b}31m\u{85}", "\\u{9b}31m\\u{85}"),
            ("\u{202e}gpj.exe\u{2066}\u{200f}", "\\u{202e}gpj.exe\\u{2066}\\u{200f}"),
            ("\u{7f}\u{2028}", "\\u{7f}\\u{2028}"), ("", ""),
        ])
    func printable(text: String, shown: String) {
        #expect(text.printable == shown)
        #expect(text.printable.printable == shown)
    }

    @Test(
        "lines stay lines, and none but the first begins at the margin",
        arguments: [
            ("one line", "one line"), ("a\nerror: b", "a\n    error: b"),
            ("said:\n    x\n    y\n", "said:\n    x\n    y\n"),
            ("a\r\nb\u{1b}[2K", "a\\r\\nb\\u{1b}[2K"), ("\n", "\n"), ("\n\n", "\n    \n"),
        ])
    func printableLines(text: String, shown: String) {
        #expect(text.printableLines == shown)
        #expect(text.printableLines.printableLines == shown)
    }

    @Test("frames of a window beyond 2^24 are the window's own")
    func lateWindows() throws {
        let plan = try SamplingPlan(samplingFPS: 2)
        for start in [16_777_217, 20_000_001, 100_000_003] {
            let window = FrameRange(start: start, end: start + 255)
            let frames = try plan.frameIndices(of: window, videoFPS: 25)
            #expect(frames.allSatisfy { window.start...window.end ~= $0 })
            #expect(frames == frames.sorted())
        }
    }
}
