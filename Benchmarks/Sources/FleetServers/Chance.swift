import Foundation

/// Numbers that look like chance and are the same each time (SplitMix64).
struct SeededChance: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// How long answers take: log-normal, half of them more than 0.5 s, one in twenty more than 2.6 s, one in a thousand
/// more than 11 s.
struct ServiceTimes: Sendable {
    private static let median = 0.5
    private static let sigma = 1.0
    private var chance: SeededChance

    init(seed: UInt64) {
        chance = SeededChance(seed: seed)
    }

    mutating func next() -> Duration {
        // Box and Muller's way from two even draws to one of the normal distribution; the first may not be 0.
        let first = 1 - Double.random(in: 0..<1, using: &chance)
        let second = Double.random(in: 0..<1, using: &chance)
        let normal = (-2 * log(first)).squareRoot() * cos(2 * .pi * second)
        return .seconds(Self.median * exp(Self.sigma * normal))
    }
}
