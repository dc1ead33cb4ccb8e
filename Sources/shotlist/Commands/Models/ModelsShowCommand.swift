import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistModels

/// `shotlist models show`: all that is known of one model.
struct ModelsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show all that is known of a model, and its files that are here.")

    @OptionGroup var model: ModelNameOptions
    @OptionGroup var models: ModelsOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        try await Ending.of {
            let store = ModelStore(folder: models.modelDir, settings: try HubSettings())
            let description = await ModelDescription(try model.spec(in: models.registry()), store: store)
            if json {
                try ModelDescription.printJSON(description)
            } else {
                print(Self.text(of: description))
            }
            return 0
        }
    }

    private static func text(of model: ModelDescription) -> String {
        var rows = [
            ("name", ([model.name] + model.aliases).joined(separator: ", ")), ("kind", model.kind.rawValue),
            ("architecture", model.architecture), ("checkpoint", model.checkpoint), ("revision", model.revision),
        ]
        if !model.patterns.isEmpty { rows.append(("files", model.patterns.joined(separator: " "))) }
        if let published = model.published {
            rows.append(("gguf", "\(published.repository) at \(published.revision)"))
            rows += published.text.sorted { $0.key < $1.key }.map { ("", "\($0.key): \($0.value)") }
            rows.append(("", "projector: \(published.projector)"))
        }
        rows.append(("licence", model.licence))
        let vision = model.parameters.vision > 0 ? ", vision \(model.parameters.vision)" : ""
        rows.append(("parameters", "text \(model.parameters.text)\(vision)"))
        if let size = model.frames?.stretchedTo { rows.append(("frames", "stretched to \(size)")) }
        if let plan = model.frames?.resizeTogether {
            let pixels = "\(plan.minimumVolume) to \(plan.maximumVolume) pixels in a window's frames together"
            rows.append(("frames", "\(pixels), sides multiples of \(plan.factor)"))
        }
        if let plan = model.frames?.resize {
            rows.append(
                ("frames", "\(plan.minimumPixels) to \(plan.maximumPixels) pixels, sides multiples of \(plan.factor)"))
        }
        let sampling = model.sampling
        rows.append(
            (
                "sampling",
                "temperature \(sampling.temperature), top_p \(sampling.topP), repetition penalty "
                    + "\(sampling.repetitionPenalty)"
                    + (sampling.stops.isEmpty ? "" : ", stops at \(sampling.stops.joined(separator: " "))")
            ))
        for (index, precision) in model.precisions.enumerated() {
            let (size, memory) = (model.weightBytes[precision] ?? 0, model.memoryBytes[precision] ?? 0)
            let text = "\(precision): \(ByteCount.text(size)), needs \(ByteCount.text(memory)) of memory"
            rows.append((index == 0 ? "weights" : "", text))
        }
        switch model.stored {
        case .bf16: break
        case .fp8: rows.append(("", "published as FP8, which ggml has not: bf16 holds its values exactly"))
        case .nvfp4: rows.append(("", "published as NVFP4, which stays as it is, bit for bit"))
        }
        rows.append(("here", model.whereabouts))
        var lines = rows.map { label, value in label.padding(toLength: 14, withPad: " ", startingAt: 0) + value }
        for part in model.parts {
            let known = part.filledByHand ? "filled by hand" : part.revision ?? part.status.rawValue
            lines.append("  \(part.folder) (\(known), \(part.status.rawValue))")
            lines += part.files.map { "    \($0.path)  \(ByteCount.text($0.size))" }
        }
        lines += model.prepared.map { "  \($0.path) (prepared, \($0.precision), \(ByteCount.text($0.bytes)))" }
        return lines.map { $0.replacing(/\s+$/, with: "") }.joined(separator: "\n")
    }
}
