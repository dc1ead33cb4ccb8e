import ShotlistCore

/// How the weights of a model are asked for.
public enum WeightRequest: Sendable, Hashable {
    /// The best that fits this machine's memory.
    case auto
    /// Eight bits, as NeMo Curator's `fp8` asks for.
    case eightBits
    /// This precision and no other.
    case exactly(WeightPrecision)

    /// The words that stand for a request, as `--captioning-weights` takes them.
    public static let names = ["auto"] + WeightPrecision.allCases.map(\.rawValue)

    /// Reads a word of ``names``.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for any other.
    public init(_ name: String) throws(ShotlistError) {
        if name == "auto" {
            self = .auto
        } else if let precision = WeightPrecision(rawValue: name) {
            self = .exactly(precision)
        } else {
            let nearest = NearestNames.of(name, among: Self.names).map { "'\($0)'" }
            let offered = nearest.isEmpty ? "" : "Did you mean \(nearest.joined(separator: " or "))? "
            throw ShotlistError(
                .invalidArgument, "There are no weights '\(name)'.",
                remedy: "\(offered)Use one of: \(Self.names.joined(separator: ", ")).")
        }
    }
}
