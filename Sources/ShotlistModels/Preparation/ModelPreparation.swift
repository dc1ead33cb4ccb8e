import Foundation
import ShotlistCore

/// Quantises a GGUF file in this process.
///
/// - Parameters: the file to read, the file to write, its precision (`q8_0`, `q4_k_m`), a handler that takes tensors done
///   and all.
/// - Throws: ``ShotlistError``; `CancellationError`. Nothing is left of the file to write then.
public typealias Quantizer =
    @Sendable (
        _ source: String, _ destination: String, _ precision: WeightPrecision,
        _ onProgress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
    ) async throws -> Void

/// Makes the files that the embedded engine loads of a checkpoint, where they are missing or made of something else.
struct ModelPreparation: Sendable {
    let spec: ModelSpec
    let repository: HubRepository
    let paths: PreparedPaths
    let converter: any CheckpointConverter
    let quantize: Quantizer
    let onEvent: PreparationEvent.Handler

    private static let projectorType = "f16"

    /// The files in a precision when they are there and fit.
    func prepared(_ precision: WeightPrecision) -> ModelFiles? {
        guard let manifest = manifest(of: paths.text(precision), precision: precision.rawValue) else { return nil }
        if hasProjector,
            self.manifest(of: paths.projector, precision: Self.projectorType)?.revision != manifest.revision
        {
            return nil
        }
        return files(precision, revision: manifest.revision)
    }

    /// Makes what is missing.
    ///
    /// - Parameter checkpoint: gives the checkpoint, when it is needed.
    func make(
        _ precision: WeightPrecision, from checkpoint: () async throws -> LocalCheckpoint
    ) async throws -> ModelFiles {
        try FileSystem.makeFolder(paths.folder)
        let lock = try await FileLock.take(paths.lock) {
            onEvent(.note("Another process prepares \(spec.name); waiting for it."))
        }
        defer { withExtendedLifetime(lock) {} }
        if let files = prepared(precision) { return files }
        let checkpoint = try await checkpoint()
        let folder = checkpoint.folder
        try await OwnThread.run { try CheckpointCheck.check(folder) }
        if hasProjector {
            try await file(paths.projector, of: checkpoint, precision: Self.projectorType) { output in
                try await converter.convert(
                    Conversion(checkpoint: folder, output: output, type: .f16, isProjector: true), onEvent: onEvent)
            }
        }
        try await file(paths.text(precision), of: checkpoint, precision: precision.rawValue) { output in
            try await text(precision, of: checkpoint, to: output)
        }
        return files(precision, revision: checkpoint.revision)
    }

    private var hasProjector: Bool { spec.kind == .vision }

    private func files(_ precision: WeightPrecision, revision: String) -> ModelFiles {
        ModelFiles(
            text: paths.text(precision), projector: hasProjector ? paths.projector : nil, modelID: repository.id,
            revision: revision, precision: precision)
    }

    private func manifest(of file: String, precision: String) -> PreparationManifest? {
        guard let manifest = PreparationManifest.of(file),
            manifest.fits(repository, precision: precision, converter: LlamaConverter.version)
        else { return nil }
        return manifest
    }

    /// Makes one file under another name and gives it its own when it is whole, then its manifest.
    private func file(
        _ path: String, of checkpoint: LocalCheckpoint, precision: String, make: (String) async throws -> Void
    ) async throws {
        if manifest(of: path, precision: precision)?.revision == checkpoint.revision { return }
        let unfinished = PreparedPaths.unfinished(path)
        Self.removeUnfinished(unfinished)
        defer { Self.removeUnfinished(unfinished) }
        try await make(unfinished)
        try Task.checkCancellation()
        guard let size = FileSystem.size(of: unfinished) else { throw FileSystem.cannotWrite(path) }
        try FileSystem.place(unfinished, at: path)
        try PreparationManifest(
            model: repository.id, revision: checkpoint.revision, asked: repository.revision, precision: precision,
            converter: LlamaConverter.version, size: size
        ).write(for: path)
    }

    /// Removes what a step that ended early has left, and what the converter had under a name of its own.
    private static func removeUnfinished(_ path: String) {
        for path in [path, path + ".part"] { try? FileManager.default.removeItem(atPath: path) }
    }

    private func text(_ precision: WeightPrecision, of checkpoint: LocalCheckpoint, to output: String) async throws {
        // A checkpoint's own size is a better measure than the registry's number of parameters.
        let stored = CheckpointCheck.weightBytes(in: checkpoint.folder)
        let wide = spec.stored == .fp8 ? stored * 2 : stored
        func convert(_ type: Conversion.WeightType, to path: String, fp8AsQ8: Bool = false) async throws {
            let conversion = Conversion(checkpoint: checkpoint.folder, output: path, type: type, fp8AsQ8: fp8AsQ8)
            try await converter.convert(conversion, onEvent: onEvent)
        }
        switch (precision, spec.stored) {
        case (.bf16, _), (.nvfp4, _), (.q4_1, _):
            try FileSystem.checkSpace(for: precision == .bf16 ? wide : stored, in: paths.folder)
            // NVFP4 blocks are kept bit for bit whatever the type of the rest.
            try await convert(.bf16, to: output)
        case (.f16, _):
            try FileSystem.checkSpace(for: wide, in: paths.folder)
            try await convert(.f16, to: output)
        case (.q8_0, .fp8):
            try FileSystem.checkSpace(for: stored, in: paths.folder)
            try await convert(.bf16, to: output, fp8AsQ8: true)
        case (.q8_0, _), (.q4KM, _):
            let full = paths.text(.bf16)
            if manifest(of: full, precision: WeightPrecision.bf16.rawValue)?.revision == checkpoint.revision {
                try FileSystem.checkSpace(for: wide / 2, in: paths.folder)
                return try await quantize(full, to: output, precision)
            }
            try FileSystem.checkSpace(for: wide + wide / 2, in: paths.folder)
            let step = PreparedPaths.unfinished(full)
            Self.removeUnfinished(step)
            defer { Self.removeUnfinished(step) }
            try await convert(.bf16, to: step)
            try await quantize(step, to: output, precision)
        }
    }

    private func quantize(_ source: String, to output: String, _ precision: WeightPrecision) async throws {
        let onEvent = onEvent
        try await quantize(source, output, precision) { onEvent(.progress(.quantize, done: $0, total: $1)) }
    }
}
