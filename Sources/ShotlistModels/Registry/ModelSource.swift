/// Where a model's own files come from.
public enum ModelSource: Sendable, Hashable {
    /// A repository of the model hub at a revision (a commit, whole or shortened), and the files needed of it by shell
    /// patterns.
    case hub(HubRepository, files: [String])
    /// A file inside a wheel of a Python package index.
    case wheel(PythonWheel)
    /// Part of Shotlist.
    case shipped
}

/// A repository of the model hub.
public struct HubRepository: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Its owner.
    public var owner: String
    /// Its name.
    public var name: String
    /// The commit, whole or shortened, or a branch.
    public var revision: String

    /// Names a repository.
    public init(_ owner: String, _ name: String, revision: String) {
        self.owner = owner
        self.name = name
        self.revision = revision
    }

    /// `owner/name`.
    public var id: String { "\(owner)/\(name)" }
    /// `owner/name` and the revision.
    public var description: String { "\(id) at \(revision)" }
}

/// A file inside a wheel.
public struct PythonWheel: Sendable, Hashable, Codable {
    /// The package.
    public var package: String
    /// Its version.
    public var version: String
    /// The wheel's SHA-256, in hexadecimal.
    public var sha256: String
    /// The file inside, by its path in the archive.
    public var file: String

    /// Names a file in a wheel.
    public init(package: String, version: String, sha256: String, file: String) {
        self.package = package
        self.version = version
        self.sha256 = sha256
        self.file = file
    }
}

/// Files of a model that are already GGUF.
public struct PublishedGGUF: Sendable, Hashable, Codable {
    /// Where they are.
    public var repository: HubRepository
    /// The text model's file for each precision that is published.
    public var text: [WeightPrecision: String]
    /// The projector's file.
    public var projector: String

    /// Names published files.
    public init(repository: HubRepository, text: [WeightPrecision: String], projector: String) {
        self.repository = repository
        self.text = text
        self.projector = projector
    }
}

/// How a checkpoint keeps the weights of its text model.
public enum StoredWeights: String, Sendable, Hashable, Codable, CaseIterable {
    /// 16 bits.
    case bf16
    /// ModelOpt's 8-bit floating point with a scale for each matrix.
    case fp8
    /// ModelOpt's 4-bit floating point with a scale for each 16 numbers.
    case nvfp4
}

/// How the numbers of a text model are kept.
public enum WeightPrecision: String, Sendable, Hashable, Codable, CodingKeyRepresentable, CaseIterable {
    /// As they were published: 16 bits.
    case bf16
    /// 16 bits with a shorter range.
    case f16
    /// 8.5 bits a weight.
    case q8_0
    /// About 4.9 bits a weight.
    case q4KM = "q4_k_m"
    /// NVIDIA's 4.5 bits a weight; only checkpoints that were trained for it.
    case nvfp4
    /// SmolLM2's 5 bits a weight.
    case q4_1
}
