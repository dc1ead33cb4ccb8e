import Foundation
import ShotlistCore

/// Where the files made of a checkpoint are.
public struct PreparedPaths: Sendable, Hashable {
    /// The folder of the repository's own files.
    public let checkpoint: String

    /// The places of a repository below a folder of models.
    public init(modelDir: String, repository: HubRepository) {
        checkpoint = "\(modelDir)/\(repository.owner)/\(repository.name)"
    }

    /// The folder of what was made.
    public var folder: String { "\(checkpoint)/gguf" }
    /// The text model in a precision.
    public func text(_ precision: WeightPrecision) -> String { "\(folder)/\(precision.rawValue).gguf" }
    /// The projector.
    ///
    /// It has 16 bits of the shorter range in every precision of the text model: such a number holds each bfloat16 of
    /// at least 6e-5 exactly and a smaller one to 3e-8, and llama.cpp's vision code takes it everywhere.
    public var projector: String { "\(folder)/mmproj-f16.gguf" }
    /// The lock that one process holds while it makes files.
    var lock: String { "\(folder)/.lock" }

    /// The manifest of a file that was made.
    static func manifest(of file: String) -> String {
        (file as NSString).deletingPathExtension + ".json"
    }
    /// The name of a file while it is made.
    static func unfinished(_ file: String) -> String {
        let path = file as NSString
        return "\(path.deletingLastPathComponent)/.\(path.lastPathComponent).making"
    }
}
