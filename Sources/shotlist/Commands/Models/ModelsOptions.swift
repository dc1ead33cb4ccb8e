import ArgumentParser
import ShotlistCore
import ShotlistModels

/// Where models are, and which are known.
struct ModelsOptions: ParsableArguments {
    @Option(help: "The folder that holds models.")
    var modelDir = "./models"

    @Option(help: "A YAML file that describes a model of your own.")
    var modelFile: String?

    /// The models of this release and the user's own.
    func registry() throws(ShotlistError) -> ModelRegistry {
        var registry = ModelRegistry.standard
        if let modelFile { registry.add(try ModelFile.read(modelFile)) }
        return registry
    }
}

/// Where models come from.
struct ModelPlaceOptions: ParsableArguments {
    @Option(
        name: .customLong("model-url"),
        help: "The address of a mirror of the hub, or a folder that holds a cache of Hugging Face's tools.")
    var modelURL: String?
}

/// A model by its name.
struct ModelNameOptions: ParsableArguments {
    @Argument(help: "The model's name, as `shotlist models list` prints it; text/NAME means the text model.")
    var name: String

    @Flag(help: "Mean the text model of this name; the same as --kind text.")
    var text = false

    @Option(help: "Mean the model of this kind: \(ModelSpec.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var kind: String?

    /// The model that is meant: the vision model where a name means both and nothing else is said.
    func spec(in registry: ModelRegistry) throws(ShotlistError) -> ModelSpec {
        let (name, kind) = try meant()
        if let kind { return try registry.model(name, kind: kind) }
        // A name that only a text model has needs no flag.
        for kind in [ModelSpec.Kind.vision, .text] {
            if let model = try? registry.model(name, kind: kind) { return model }
        }
        return try Self.together(registry).model(name, kind: .vision)
    }

    /// The model that is meant where only a text model can be.
    func textSpec(in registry: ModelRegistry) throws(ShotlistError) -> ModelSpec {
        let (name, kind) = try meant()
        guard kind != .vision else {
            throw ShotlistError(
                .invalidArgument, "This command asks a text model, and --kind vision means another.",
                remedy: "Leave --kind out.")
        }
        return try registry.model(name, kind: .text)
    }

    /// The name without what says its kind, and the kind, where one is said.
    private func meant() throws(ShotlistError) -> (name: String, kind: ModelSpec.Kind?) {
        let prefix = "text/"
        let isText = text || name.hasPrefix(prefix)
        let bare = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
        guard let word = self.kind else { return (bare, isText ? .text : nil) }
        guard let kind = ModelSpec.Kind(rawValue: word) else {
            throw ShotlistError(
                .invalidArgument, "There is no kind of model '\(word)'.",
                remedy: "Use one of: \(ModelSpec.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        guard !isText || kind == .text else {
            throw ShotlistError(
                .invalidArgument, "--kind \(kind.rawValue) contradicts '\(text ? "--text" : name)'.",
                remedy: "Leave one of them out.")
        }
        return (bare, kind)
    }

    /// All models as if they were of one kind, to offer names of both: a text model whose name means a vision model is
    /// offered as text/NAME.
    private static func together(_ registry: ModelRegistry) -> ModelRegistry {
        let vision = Set(registry.models.filter { $0.kind == .vision }.flatMap { [$0.name] + $0.aliases })
        return ModelRegistry(
            models: registry.models.map { model in
                guard model.kind == .text else { return model }
                var model = model
                model.kind = .vision
                model.aliases.removeAll { vision.contains($0) }
                if vision.contains(model.name) { model.name = "text/\(model.name)" }
                return model
            })
    }
}
