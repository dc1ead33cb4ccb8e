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
        if let kind {
            guard let kind = ModelSpec.Kind(rawValue: kind), !text || kind == .text else {
                throw ShotlistError(
                    .invalidArgument, "There is no kind of model '\(kind)'\(text ? " that --text means, too" : "").",
                    remedy: "Use one of: \(ModelSpec.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return try registry.model(name, kind: kind)
        }
        if text { return try registry.model(name, kind: .text) }
        let prefix = "text/"
        if name.hasPrefix(prefix) { return try registry.model(String(name.dropFirst(prefix.count)), kind: .text) }
        do {
            return try registry.model(name, kind: .vision)
        } catch {
            // A name that only a text model has needs no flag.
            if let model = try? registry.model(name, kind: .text) { return model }
            throw error
        }
    }
}
