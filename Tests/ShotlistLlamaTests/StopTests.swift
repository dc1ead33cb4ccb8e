import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import Testing

/// What ends an answer, and what of it is the caption.
@Suite("Stop words")
struct StopTests {
    private func place(of words: [String], in text: String, after end: Int = 0) -> Int? {
        StopWords(words: words).firstWord(in: Array(text.utf8), after: end)
    }

    @Test("The first word in a text counts, and where it begins")
    func first() {
        #expect(place(of: ["stop", "end"], in: "the end, stop") == 4)
        #expect(place(of: ["stop", "end"], in: "to go on") == nil)
        #expect(place(of: [], in: "stop") == nil)
        #expect(place(of: [""], in: "stop") == nil)
        #expect(place(of: ["é"], in: "café") == 3)
    }

    @Test("A word that comes in two pieces is found when the second comes, and what was searched is not searched again")
    func pieces() {
        #expect(place(of: ["</think>"], in: "so</thi") == nil)
        #expect(place(of: ["</think>"], in: "so</think>", after: 7) == 2)
        #expect(place(of: ["stop"], in: "stop and on, and on", after: 15) == nil)
    }

    /// A window whose greedy answer is known, and the answer that the model gives when a word ends it.
    private func answer(stops: [String]) throws -> (whole: AnswerTokens, stopped: AnswerTokens, CaptionSession) {
        let session = try CaptionSession(options: Tiny.options)
        let prompt = try Tiny.prompt(try #require(Goldens.all.windows.last), in: session)
        var sampling = SamplingParameters.greedy
        let whole = try session.answer(to: prompt, sampling: sampling, limit: 12)
        sampling.stops = stops
        return (whole, try session.answer(to: prompt, sampling: sampling, limit: 12), session)
    }

    @Test("A word in the text ends the answer, and neither it nor what follows is part of the text")
    func word() throws {
        let (whole, _, session) = try answer(stops: [])
        let text = whole.text
        // Two characters that are whole, somewhere in the middle.
        let ascii = text.unicodeScalars.map { $0.isASCII }
        let middle = try #require((2..<ascii.count - 1).first { ascii[$0] && ascii[$0 + 1] })
        let scalars = Array(text.unicodeScalars)
        let stop = String(String.UnicodeScalarView(scalars[middle...(middle + 1)]))
        let (_, stopped, _) = try answer(stops: ["nowhere", stop])
        #expect(stopped.finishReason == .stop)
        #expect(!stopped.text.contains(stop))
        #expect(text.hasPrefix(stopped.text))
        #expect(stopped.count < whole.count)
        #expect(stopped.text.contains(session.caption(in: stopped)))
    }

    @Test("A token ends the answer when it is picked, and other stops change nothing")
    func token() throws {
        let (whole, unchanged, session) = try answer(stops: ["<|video_pad|>", "nowhere"])
        #expect(unchanged.tokens == whole.tokens)
        #expect(unchanged.finishReason == .length)
        // Some of a random model's tokens are parts of characters.
        let chosen = try #require(
            try whole.tokens.dropFirst().first { try session.tokens(of: session.text(of: [$0]), special: true) == [$0] }
        )
        let name = session.text(of: [chosen])
        let (_, stopped, _) = try answer(stops: [name])
        let first = try #require(whole.tokens.firstIndex(of: chosen))
        #expect(stopped.tokens == Array(whole.tokens.prefix(first)))
        #expect(stopped.count == first + 1)
        #expect(stopped.finishReason == .stop)
    }
}
