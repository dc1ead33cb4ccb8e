import Foundation
import ShotlistCore

/// What a file was made of, beside it as JSON: when it fits, the file is not made again.
public struct PreparationManifest: Sendable, Hashable, Codable {
    /// `owner/name` of the checkpoint.
    public var model: String
    /// The checkpoint's commit.
    public var revision: String
    /// The revision that was asked for, which may be a branch.
    public var asked: String
    /// The type of the weights.
    public var precision: String
    /// What converted: see ``LlamaConverter/version``.
    public var converter: String
    /// Bytes of the file.
    public var size: Int

    /// Makes a manifest.
    public init(model: String, revision: String, asked: String, precision: String, converter: String, size: Int) {
        self.model = model
        self.revision = revision
        self.asked = asked
        self.precision = precision
        self.converter = converter
        self.size = size
    }

    /// The manifest of a file, when there is one that can be read and the file is as long as it says.
    static func of(_ file: String) -> PreparationManifest? {
        let path = PreparedPaths.manifest(of: file)
        guard let data = try? Data(contentsOf: URL(filePath: path)),
            let manifest = try? JSONDecoder().decode(Self.self, from: data),
            FileSystem.size(of: file) == manifest.size
        else { return nil }
        return manifest
    }

    /// Whether a file that was made of `model` at `revision`, as `asked`, would be the same.
    ///
    /// The commit of a branch is not known before the hub is asked; a branch fits what was made of it before.
    func fits(_ repository: HubRepository, precision: String, converter: String) -> Bool {
        model == repository.id && self.precision == precision && self.converter == converter
            && (asked == repository.revision || revision.hasPrefix(repository.revision))
    }

    /// Puts it beside its file.
    func write(for file: String) throws(ShotlistError) {
        let path = PreparedPaths.manifest(of: file)
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try (encoder.encode(self) + Data("\n".utf8)).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw FileSystem.cannotWrite(path)
        }
    }
}
