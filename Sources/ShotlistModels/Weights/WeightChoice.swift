import Foundation
import ShotlistCore

/// Which precision of a model is taken, and why.
public struct WeightChoice: Sendable, Hashable {
    /// What is taken.
    public let precision: WeightPrecision
    /// A sentence for the terminal; nil when it is what was asked for and nothing is to be said.
    public let note: String?
}

/// The rule by which a precision is taken.
public struct WeightChooser: Sendable {
    /// Bytes of memory that a model needs in a precision.
    public typealias MemoryNeed = @Sendable (ModelSpec, WeightPrecision) -> Int

    private let availableMemory: @Sendable () -> Int
    private let memoryNeed: MemoryNeed

    /// Makes a rule.
    ///
    /// - Parameters:
    ///   - availableMemory: bytes that this process may still take.
    ///   - memoryNeed: bytes that a model needs.
    public init(
        availableMemory: @escaping @Sendable () -> Int,
        memoryNeed: @escaping MemoryNeed = { $0.roughMemoryNeed($1) }
    ) {
        self.availableMemory = availableMemory
        self.memoryNeed = memoryNeed
    }

    /// The precision for a request.
    ///
    /// - Throws: ``ShotlistError``: `not_available` for a precision that the model is not to be had in,
    ///   `out_of_memory` when `auto` finds none that fits.
    public func choose(_ request: WeightRequest, for spec: ModelSpec) throws(ShotlistError) -> WeightChoice {
        switch request {
        case .auto: return try best(of: spec)
        case .eightBits: return try eightBits(of: spec)
        case .exactly(let precision):
            guard spec.precisions.contains(precision) else { throw Self.refused(precision.rawValue, of: spec) }
            return WeightChoice(precision: precision, note: nil)
        }
    }

    private func best(of spec: ModelSpec) throws(ShotlistError) -> WeightChoice {
        let (available, candidates) = (availableMemory(), spec.automaticPrecisions)
        // A model that is on the disk in one precision only is for the engine to judge, which knows its shape.
        if candidates.count == 1, !spec.isOnHub { return WeightChoice(precision: candidates[0], note: nil) }
        let needs = candidates.map { (precision: $0, bytes: memoryNeed(spec, $0)) }
        guard let index = needs.firstIndex(where: { $0.bytes <= available }) else {
            let least = needs.last
            throw ShotlistError(
                .outOfMemory,
                "The model '\(spec.name)' needs about \(Self.size(least?.bytes ?? 0)) of memory as "
                    + "\(least?.precision.rawValue ?? "it is"), its smallest, and \(Self.size(available)) are free.",
                remedy: "End other programs, use a machine with more memory, or ask for a smaller model; "
                    + "naming the weights yourself tries anyway.")
        }
        let chosen = needs[index]
        guard candidates.count > 1 else { return WeightChoice(precision: chosen.precision, note: nil) }
        var note =
            "Weights of \(spec.name): \(chosen.precision.rawValue), the best that fits: about "
            + "\(Self.size(chosen.bytes)) of \(Self.size(available)) free."
        if index > 0 {
            let larger = needs[index - 1]
            note += " \(larger.precision.rawValue) would need \(Self.size(larger.bytes))."
        }
        return WeightChoice(precision: chosen.precision, note: note)
    }

    private func eightBits(of spec: ModelSpec) throws(ShotlistError) -> WeightChoice {
        switch spec.stored {
        case .bf16:
            guard spec.precisions.contains(.q8_0) else { throw Self.refused("8 bits", of: spec) }
            return WeightChoice(
                precision: .q8_0,
                note: "8-bit weights of \(spec.name): q8_0, whole numbers with a scale for each 32. "
                    + "The embedded engine has no FP8.")
        case .fp8, .nvfp4:
            let choice = try best(of: spec)
            let bits = spec.stored == .fp8 ? "8" : "4"
            let note =
                "The model '\(spec.name)' is published in \(bits) bits already, which asking for 8 does not change."
            return WeightChoice(
                precision: choice.precision, note: [note, choice.note].compactMap { $0 }.joined(separator: " "))
        }
    }

    private static func refused(_ asked: String, of spec: ModelSpec) -> ShotlistError {
        let names = (spec.precisions.count > 1 ? ["auto"] : []) + spec.precisions.map(\.rawValue)
        return ShotlistError(
            .notAvailable, "The model '\(spec.name)' is not to be had as \(asked).",
            remedy: "Use \(names.count == 1 ? "" : "one of ")\(names.joined(separator: ", ")), or leave it out.")
    }

    /// Bytes for people.
    static func size(_ bytes: Int) -> String {
        String(format: "%.1f GB", Double(bytes) / 1e9)
    }
}
