import ShotlistCore
import ShotlistLlama
import Testing

/// How tokens are picked, by arithmetic done by hand.
@Suite("Sampling")
struct SamplerTests {
    private func picks(_ sampler: inout TokenSampler, _ logits: [Float], times: Int) -> [Int32] {
        (0..<times).map { _ in logits.withUnsafeBufferPointer { sampler.pick(from: $0) } }
    }

    @Test("Greedy takes the likeliest, always")
    func greedy() {
        var sampler = TokenSampler(.greedy, prompt: [1])
        #expect(picks(&sampler, [0, 3, 2.99], times: 4) == [1, 1, 1, 1])
    }

    @Test("The penalty divides positive and multiplies negative logits of tokens in the prompt and in the answer")
    func penalty() {
        let parameters = SamplingParameters(temperature: 0, topP: 1, repetitionPenalty: 2)
        var prompted = TokenSampler(parameters, prompt: [1])
        #expect(picks(&prompted, [1.6, 3, 0], times: 1) == [0])
        var answered = TokenSampler(parameters, prompt: [])
        #expect(picks(&answered, [1.6, 3, 0], times: 3) == [1, 0, 1])
        var negative = TokenSampler(parameters, prompt: [0])
        #expect(picks(&negative, [-1, -1.5, -3], times: 1) == [1])
    }

    @Test("A small share leaves only the likeliest")
    func smallShare() {
        var sampler = TokenSampler(.qwen, prompt: [])
        let first = picks(&sampler, [2, 2.4, 1], times: 1)
        #expect(first == [1])
    }

    @Test("A share of the probability is drawn from in proportion, and from nothing else")
    func share() {
        let parameters = SamplingParameters(temperature: 1, topP: 0.9, repetitionPenalty: 1, seed: 7)
        var sampler = TokenSampler(parameters, prompt: [])
        // Probabilities 0.6, 0.3, 0.1 without the last: 0.6 + 0.3 reach the share.
        let logits: [Float] = [-2.3026, -0.5108, -1.2040]
        let drawn = picks(&sampler, logits, times: 3000)
        let counts = (0..<3).map { token in drawn.count { $0 == token } }
        #expect(counts[0] == 0)
        #expect((1900...2100).contains(counts[1]))
        #expect(counts[1] + counts[2] == 3000)
    }

    @Test("The same seed draws the same, another seed does not")
    func seed() {
        func drawn(_ seed: UInt32) -> [Int32] {
            var sampler = TokenSampler(
                SamplingParameters(temperature: 2, topP: 1, repetitionPenalty: 1, seed: seed), prompt: [])
            return picks(&sampler, [0, 0, 0, 0, 0, 0, 0, 0], times: 40)
        }
        #expect(drawn(1) == drawn(1))
        #expect(drawn(1) != drawn(2))
    }

    @Test("Text ends before a character that was cut off")
    func cutCharacter() {
        let whole = Array("Café 🎬".utf8)
        #expect(UTF8Tail.text(of: whole) == "Café 🎬")
        for missing in 1...3 {
            #expect(UTF8Tail.text(of: Array(whole.dropLast(missing))) == "Café ")
        }
        #expect(UTF8Tail.text(of: []).isEmpty)
        // What is no character at all is marked, and what follows is kept.
        #expect(UTF8Tail.text(of: [0x61, 0xff, 0x62]) == "a\u{FFFD}b")
        #expect(UTF8Tail.text(of: [0x61, 0xc3, 0x62]) == "a\u{FFFD}b")
    }
}
