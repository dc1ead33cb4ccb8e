import ShotlistCore

extension WeightPrecision {
    /// Bits that a weight takes, scales included: the mean over the text models of the registry. NVFP4 itself has 4.5, but
    /// Nemotron's embeddings and output layer stay in 16.
    public var bits: Double {
        switch self {
        case .bf16, .f16: 16
        case .q8_0: 8.5
        case .q4KM: 4.9
        case .nvfp4: 5.75
        case .q4_1: 5
        }
    }
}

extension ModelSpec {
    /// Whether its weights are fetched from the hub.
    var isOnHub: Bool {
        if case .hub = source { true } else { false }
    }

    /// The precisions that the text model is to be had in, best first.
    public var precisions: [WeightPrecision] {
        switch (source, stored) {
        case (.shipped, _): [.f16]
        case (.wheel, _): [.q4_1]
        case (.hub, .nvfp4): [.nvfp4]
        case (.hub, .fp8), (.hub, .bf16): [.bf16, .f16, .q8_0, .q4KM]
        }
    }

    /// Those among which `auto` looks for the best that fits: published ones where there are any, since they cost no
    /// conversion; never 16 bits of the shorter range beside those of the longer.
    var automaticPrecisions: [WeightPrecision] {
        guard precisions.count > 1 else { return precisions }
        if let published { return precisions.filter { published.text[$0] != nil } }
        return precisions.filter { $0 != .f16 }
    }

    /// Bytes of the weights in a precision; the vision tower has 16 bits.
    public func weightBytes(_ precision: WeightPrecision) -> Int {
        Int(Double(parameters.text) * precision.bits / 8) + parameters.vision * 2
    }

    /// Bytes of memory for weights, caches and computation, before anything is known of windows: a fifth over the
    /// weights, and 1 GB.
    public func roughMemoryNeed(_ precision: WeightPrecision) -> Int {
        weightBytes(precision) / 5 * 6 + 1_000_000_000
    }
}
