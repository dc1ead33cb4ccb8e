import ShotlistCore

/// The models that Shotlist knows by name.
///
/// Vision and text models are named apart: `qwen` is Qwen2.5-VL where captions are made and Qwen2.5 where they are
/// rewritten.
public struct ModelRegistry: Sendable, Hashable {
    /// Its rows, in the order in which they are offered.
    public private(set) var models: [ModelSpec]

    /// The models of this release.
    public static let standard = ModelRegistry(models: qwen25VL + qwen3VL + nemotronVL + demo + textModels)

    /// A registry of the given rows.
    public init(models: [ModelSpec]) {
        self.models = models
    }

    /// The files of a checkpoint that conversion needs.
    static let checkpointFiles = ["*.safetensors", "*.json", "*.jinja", "*.txt", "*.model"]

    /// Puts a user's own model before the rows; it is found first.
    public mutating func add(_ model: ModelSpec) {
        models.insert(model, at: 0)
    }

    /// The names of one kind, in the order in which they are offered.
    public func names(_ kind: ModelSpec.Kind) -> [String] {
        models.filter { $0.kind == kind }.map(\.name)
    }

    /// The model that `name` or one of its aliases means.
    ///
    /// - Throws: ``ShotlistError`` (`unknown_variant`) with the nearest names.
    public func model(_ name: String, kind: ModelSpec.Kind) throws(ShotlistError) -> ModelSpec {
        let rows = models.filter { $0.kind == kind }
        if let row = rows.first(where: { $0.name == name || $0.aliases.contains(name) }) { return row }
        let nearest = NearestNames.of(name, among: rows.flatMap { [$0.name] + $0.aliases })
        let offered = nearest.isEmpty ? "" : "Did you mean \(nearest.map { "'\($0)'" }.joined(separator: " or "))? "
        throw ShotlistError(
            .unknownVariant, "There is no model variant '\(name)'\(kind == .text ? " for text" : "").",
            remedy: "\(offered)Use one of: \(names(kind).joined(separator: ", ")).")
    }

    /// What the stages are told of a vision model.
    ///
    /// - Throws: ``ShotlistError`` (`unknown_variant`).
    public func variant(_ name: String) throws(ShotlistError) -> ModelVariant {
        let spec = try model(name, kind: .vision)
        guard let variant = spec.variant else {
            throw ShotlistError(
                .invalidArgument, "The model '\(name)' is described without the size of its frames.",
                remedy: "Add 'frames' to its file.")
        }
        return variant
    }
}

extension ResizePlan {
    /// Qwen2.5-VL's limits.
    static let qwen25VL = plan()
    /// The demo model's limits.
    static let demo = plan(minimum: 84 * 84, maximum: 112 * 112, total: 112 * 112 * 40)

    private static func plan(
        minimum: Int = 128 * 28 * 28, maximum: Int = 768 * 28 * 28, total: Int = 24576 * 28 * 28
    ) -> ResizePlan {
        do {
            return try ResizePlan(minimumPixels: minimum, maximumPixels: maximum, totalPixels: total)
        } catch {
            preconditionFailure("the limits of a built-in model are in order: \(error)")
        }
    }
}
