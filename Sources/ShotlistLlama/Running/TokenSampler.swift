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
        let token = choose(from: penalised(logits))
        seen.insert(token)
        return token
    }

    private func penalised(_ logits: UnsafeBufferPointer<Float>) -> [Float] {
        var logits = Array(logits)
        let penalty = Float(parameters.repetitionPenalty)
        guard penalty != 1 else { return logits }
        for token in seen where logits.indices.contains(Int(token)) {
            let logit = logits[Int(token)]
            logits[Int(token)] = logit > 0 ? logit / penalty : logit * penalty
        }
        return logits
    }

    private mutating func choose(from logits: [Float]) -> Int32 {
        var best = 0
        for index in logits.indices where logits[index] > logits[best] { best = index }
        guard parameters.temperature > 0, parameters.topP > 0 else { return Int32(best) }
        let temperature = Float(parameters.temperature)
        let highest = logits[best]
        let weights = logits.map { exp(($0 - highest) / temperature) }
        let share = Double(weights.reduce(0) { $0 + Double($1) }) * min(parameters.topP, 1)
        guard Double(weights[best]) < share else { return Int32(best) }
        return draw(from: weights, share: share)
    }

    /// Draws among the likeliest tokens that together reach `share`.
    private mutating func draw(from weights: [Float], share: Double) -> Int32 {
        let ordered = weights.indices.filter { weights[$0] > 0 }.sorted { weights[$0] > weights[$1] }
        var kept = 0
        var sum = 0.0
        while kept < ordered.count, sum < share {
            sum += Double(weights[ordered[kept]])
            kept += 1
        }
        var left = generator.unit() * sum
        for index in ordered[..<kept] {
            left -= Double(weights[index])
            if left < 0 { return Int32(index) }
        }
        return Int32(ordered[kept - 1])
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
