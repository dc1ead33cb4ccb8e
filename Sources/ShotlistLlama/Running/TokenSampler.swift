import Foundation
import ShotlistCore

/// Picks tokens: a repetition penalty over prompt and answer, then temperature, then the likeliest share, in the
/// order of the system that the mission uses (vLLM).
///
/// It draws from a seed of its own, so that a window's caption does not depend on the windows before it.
package struct TokenSampler {
    private let parameters: SamplingParameters
    private var seen: Set<Int32>
    private var generator: SplitMix64

    /// A sampler for one answer; `prompt` is penalised from the start.
    package init(_ parameters: SamplingParameters, prompt: some Sequence<Int32>) {
        self.parameters = parameters
        seen = Set(prompt)
        generator = SplitMix64(state: UInt64(parameters.seed))
    }

    /// The next token, which then counts as seen.
    ///
    /// - Parameter logits: one for each token of the vocabulary; not empty.
    package mutating func pick(from logits: UnsafeBufferPointer<Float>) -> Int32 {
        let token = logits.withPenalties(Float(parameters.repetitionPenalty), for: seen) { choose(from: $0) }
        seen.insert(token)
        return token
    }

    private mutating func choose(from logits: UnsafeBufferPointer<Float>) -> Int32 {
        var best = 0
        for index in logits.indices where logits[index] > logits[best] { best = index }
        guard parameters.temperature > 0, parameters.topP > 0 else { return Int32(best) }
        let weights = TokenWeights(logits, highest: logits[best], temperature: Float(parameters.temperature))
        let share = weights.sum * min(parameters.topP, 1)
        // The likeliest token weighs 1.
        guard share > 1 else { return Int32(best) }
        return draw(from: weights.likeliest(reaching: share), share: share)
    }

    /// Draws among the likeliest tokens, in their order, that together reach `share`.
    private mutating func draw(from ordered: [(token: Int32, weight: Float)], share: Double) -> Int32 {
        var kept = 0
        var sum = 0.0
        while kept < ordered.count, sum < share {
            sum += Double(ordered[kept].weight)
            kept += 1
        }
        var left = generator.unit() * sum
        for (token, weight) in ordered[..<kept] {
            left -= Double(weight)
            if left < 0 { return token }
        }
        return ordered[kept - 1].token
    }
}

extension UnsafeBufferPointer<Float> {
    /// Logits with those of `seen` made less likely.
    fileprivate func withPenalties<Value>(
        _ penalty: Float, for seen: Set<Int32>, _ body: (UnsafeBufferPointer<Float>) -> Value
    ) -> Value {
        guard penalty != 1 else { return body(self) }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { copy in
            _ = copy.initialize(from: self)
            for token in seen where indices.contains(Int(token)) {
                let logit = copy[Int(token)]
                copy[Int(token)] = logit > 0 ? logit / penalty : logit * penalty
            }
            return body(UnsafeBufferPointer(copy))
        }
    }
}

/// How likely tokens are against the likeliest, which weighs 1.
private struct TokenWeights {
    /// Below this a weight adds nothing to a sum in single precision.
    private static let least: Float = 1e-13
    let sum: Double
    private let logits: UnsafeBufferPointer<Float>
    private let highest: Float
    private let temperature: Float

    init(_ logits: UnsafeBufferPointer<Float>, highest: Float, temperature: Float) {
        self.logits = logits
        self.highest = highest
        self.temperature = temperature
        let lowest = highest + log(Self.least) * temperature
        var sum = 0.0
        // Most tokens of a sharp distribution are passed over: exponentials of a whole vocabulary would take longer than
        // the rest of the choice.
        for logit in logits where logit >= lowest { sum += Double(exp((logit - highest) / temperature)) }
        self.sum = sum
    }

    /// The likeliest tokens that together weigh `share`, and some less likely ones, from the likeliest on; the lower number
    /// first among equals.
    func likeliest(reaching share: Double) -> [(token: Int32, weight: Float)] {
        var found: [(token: Int32, weight: Float)] = []
        // Few tokens carry most of the weight; sorting all of a vocabulary for each token would cost more than the model.
        for floor in [1e-2, 1e-4, Self.least] as [Float] {
            let lowest = highest + log(floor) * temperature
            found = []
            var sum = 0.0
            for (token, logit) in logits.enumerated() where logit >= lowest {
                let weight = exp((logit - highest) / temperature)
                found.append((Int32(token), weight))
                sum += Double(weight)
            }
            if sum >= share { break }
        }
        return found.sorted { $0.weight == $1.weight ? $0.token < $1.token : $0.weight > $1.weight }
    }
}

/// A small generator of random numbers (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// 2014), the same on every machine.
private struct SplitMix64 {
    var state: UInt64

    /// A number from 0 up to, not including, 1.
    mutating func unit() -> Double {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return Double((value ^ (value >> 31)) >> 11) / Double(1 << 53)
    }
}
