import Foundation
import ShotlistCore
import ShotlistLlama
import ShotlistModels

/// All that is said of a model: its row, and what is here of it.
struct ModelDescription: Encodable {
    let name: String
    let aliases: [String]
    let kind: ModelSpec.Kind
    let architecture: String
    let licence: String
    let checkpoint: String
    let revision: String
    let patterns: [String]
    let parameters: ModelSpec.Parameters
    /// The precisions that the text model is to be had in, best first.
    let precisions: [String]
    let weightBytes: [String: Int]
    /// What the embedded engine is taken to need, by precision: weights, a context of usual length and computation.
    let memoryBytes: [String: Int]
    let stored: StoredWeights
    let sampling: SamplingParameters
    let frames: Frames?
    let published: Published?
    let status: String
    let parts: [Part]
    let prepared: [Prepared]

    /// The size at which frames are shown.
    struct Frames: Encodable {
        var resize: ResizePlan?
        var resizeTogether: VolumeResizePlan?
        var stretchedTo: String?
    }

    /// Files that someone has converted.
    struct Published: Encodable {
        let repository: String
        let revision: String
        let text: [String: String]
        let projector: String
    }

    /// Files in one folder.
    struct Part: Encodable {
        let name: String
        let folder: String
        let status: StoredModel.Status
        let revision: String?
        let bytes: Int
        let files: [StoredModel.File]
        /// Whether someone has put them there, so that nothing vouches for them.
        let filledByHand: Bool
    }

    /// A file that was made of the checkpoint, and is taken without it.
    struct Prepared: Encodable {
        let precision: String
        let path: String
        let bytes: Int
    }

    /// Describes a model; looks at the disk.
    init(_ spec: ModelSpec, store: ModelStore) async {
        name = spec.name
        aliases = spec.aliases
        kind = spec.kind
        architecture = spec.architecture.rawValue
        licence = spec.licence
        parameters = spec.parameters
        precisions = spec.precisions.map(\.rawValue)
        weightBytes = .init(uniqueKeysWithValues: spec.precisions.map { ($0.rawValue, spec.weightBytes($0)) })
        memoryBytes = .init(
            uniqueKeysWithValues: spec.precisions.map { precision in
                let need = MemoryNeed.estimate(
                    parameters: spec.parameters.text, bits: precision.bits,
                    projectorParameters: spec.parameters.vision)
                return (precision.rawValue, need.total)
            })
        stored = spec.stored
        sampling = spec.sampling
        switch spec.frameSizing {
        case .smart(let plan): frames = Frames(resize: plan)
        case .volume(let plan): frames = Frames(resizeTogether: plan)
        case .stretched(let size): frames = Frames(stretchedTo: size.description)
        case nil: frames = nil
        }
        published = spec.published.map { published in
            Published(
                repository: published.repository.id, revision: published.repository.revision,
                text: .init(uniqueKeysWithValues: published.text.map { ($0.key.rawValue, $0.value) }),
                projector: published.projector)
        }
        let own = ModelPart.own(spec)
        checkpoint = own?.name ?? "shipped"
        revision = own?.revision ?? "-"
        if case .hub(_, let files) = spec.source { patterns = files } else { patterns = [] }
        var parts: [Part] = []
        for part in ModelPart.all(spec) {
            let byHand = await part.filledByHand(of: spec, in: store)
            let stored = byHand ?? part.contents(in: store)
            guard stored.status != .missing else { continue }
            parts.append(
                Part(
                    name: part.name, folder: stored.folder, status: stored.status, revision: stored.revision,
                    bytes: stored.bytes, files: stored.files, filledByHand: byHand != nil))
        }
        self.parts = parts
        prepared = PreparedModels(store: store).files(of: spec).map {
            Prepared(precision: $0.precision.rawValue, path: $0.path, bytes: $0.size)
        }
        if own == nil {
            status = (try? DemoModel.locate(modelDir: store.folder)) == nil ? "missing" : "complete"
        } else {
            let all = parts.map(\.status)
            let rest = all.first?.rawValue ?? StoredModel.Status.missing.rawValue
            status = all.contains(.complete) ? "complete" : prepared.isEmpty ? rest : "prepared"
        }
    }

    /// Where it is, for people.
    var whereabouts: String {
        if checkpoint == "shipped" { return status == "complete" ? "yes, shipped" : "no" }
        var places = parts.map { part in
            if part.filledByHand {
                return part.name == checkpoint ? "yes, filled by hand" : "\(part.folder), filled by hand"
            }
            return part.status == .complete
                ? "\(part.folder), \(ByteCount.text(part.bytes))" : "\(part.folder), incomplete"
        }
        if !prepared.isEmpty { places.append("prepared: \(prepared.map(\.precision).joined(separator: ", "))") }
        return places.isEmpty ? "no" : places.joined(separator: "; ")
    }

    /// Prints values as JSON.
    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
