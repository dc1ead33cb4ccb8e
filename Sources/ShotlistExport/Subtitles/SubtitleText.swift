/// Captions over a video as subtitles.
struct SubtitleText {
    /// A caption and when it is shown, in seconds from the video's first frame.
    struct Cue: Sendable, Hashable {
        let start: Double
        let end: Double
        let caption: String
    }

    /// The cues, by their start.
    let cues: [Cue]

    init(_ cues: [Cue]) {
        self.cues = cues.sorted { ($0.start, $0.end, $0.caption) < ($1.start, $1.end, $1.caption) }
    }

    /// SubRip: numbered cues, times with a comma.
    var srt: String {
        cues.enumerated().map { index, cue in
            "\(index + 1)\n\(Self.time(cue.start, ",")) --> \(Self.time(cue.end, ","))\n"
                + Self.lines(cue.caption).map(Self.plain).joined(separator: "\n") + "\n"
        }.joined(separator: "\n")
    }

    /// WebVTT (W3C): times with a point, and no markup in captions.
    var vtt: String {
        cues.reduce(into: "WEBVTT\n") { text, cue in
            text += "\n\(Self.time(cue.start, ".")) --> \(Self.time(cue.end, "."))\n"
            text += Self.lines(cue.caption).map(Self.escaped).joined(separator: "\n") + "\n"
        }
    }

    /// `00:00:00,000`; hours have more digits where they need them.
    private static func time(_ seconds: Double, _ point: String) -> String {
        let milliseconds = Int((max(0, min(seconds, 1e9)) * 1000).rounded())
        func digits(_ number: Int, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let (hours, minutes) = (milliseconds / 3_600_000, milliseconds / 60_000 % 60)
        return "\(digits(hours, 2)):\(digits(minutes, 2)):\(digits(milliseconds / 1000 % 60, 2))\(point)"
            + digits(milliseconds % 1000, 3)
    }

    /// The lines that are not empty: an empty one would end the cue.
    private static func lines(_ caption: String) -> [String] {
        caption.split(whereSeparator: \.isNewline).map { line in
            String(line.drop(while: \.isWhitespace))
        }.filter { !$0.isEmpty }
    }

    /// SubRip knows no escapes: what would read as a cue's times is written otherwise. By scalars, as a mark that joins `>` would
    /// hide it among characters.
    private static func plain(_ line: String) -> String {
        var scalars: [Unicode.Scalar] = []
        for scalar in line.unicodeScalars {
            if scalar == ">" { while scalars.suffix(2) == ["-", "-"] { scalars.removeLast() } }
            scalars.append(scalar)
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// What WebVTT would take for markup, escaped. With `>` no line can read as a cue's times.
    private static func escaped(_ line: String) -> String {
        line.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
