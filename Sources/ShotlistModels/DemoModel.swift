import Foundation
import ShotlistCore

/// The small model that Shotlist ships.
public enum DemoModel {
    /// The variant's name.
    public static let variantName = "demo"
    /// The model's name for the record.
    public static let modelID = "shotlist/demo"
    /// The text model's file name.
    public static let textFile = "demo-text-f16.gguf"
    /// The projector's file name.
    public static let projectorFile = "demo-mmproj-f16.gguf"

    /// The model's files, wherever the program is started from.
    ///
    /// - Throws: ``ShotlistError`` (`model_missing`) that lists the folders that were looked into.
    public static func locate(modelDir: String) throws(ShotlistError) -> ModelFiles {
        let folders = folders(modelDir: modelDir)
        for folder in folders {
            let (text, projector) = ("\(folder)/\(textFile)", "\(folder)/\(projectorFile)")
            let files = FileManager.default
            if files.fileExists(atPath: text), files.fileExists(atPath: projector) {
                return ModelFiles(text: text, projector: projector, modelID: modelID, precision: .f16)
            }
        }
        throw ShotlistError(
            .modelMissing,
            "The demo model is in none of these folders: \(folders.map { "'\($0)'" }.joined(separator: ", ")).",
            remedy: "Run `make install`, or give the folder above 'demo' with --model-dir.")
    }

    /// Where the model may be: with the program, then in the folder of models.
    private static func folders(modelDir: String) -> [String] {
        SharedFiles.folders(checkout: "Models/demo", installed: "models/demo") + [modelDir + "/demo"]
    }
}
