import Foundation
import ShotlistCore

/// The files of a model of the Qwen2.5-VL architecture on this machine.
public struct ModelFiles: Sendable, Hashable {
    /// The text model, a GGUF file.
    public let text: String
    /// The projector, a GGUF file.
    public let projector: String
    /// The model's name for the record; nil where only the files are known.
    public let modelID: String?

    /// Names a pair of files.
    public init(text: String, projector: String, modelID: String?) {
        self.text = text
        self.projector = projector
        self.modelID = modelID
    }

    /// The files of `variant`.
    ///
    /// - Parameters:
    ///   - variant: the model.
    ///   - modelDir: the folder that holds models.
    ///   - modelPath: a text model to use in its place; `projectorPath` must be given too.
    ///   - projectorPath: the projector of `modelPath`.
    /// - Throws: ``ShotlistError``: `invalid_argument` when only one of the two paths is given, `model_missing`
    ///   when there are no such files.
    public static func locate(
        _ variant: ModelVariant, modelDir: String, modelPath: String?, projectorPath: String?
    ) throws(ShotlistError) -> ModelFiles {
        switch (modelPath, projectorPath) {
        case (let text?, let projector?):
            return ModelFiles(text: text, projector: projector, modelID: nil)
        case (nil, nil):
            break
        default:
            throw ShotlistError(
                .invalidArgument, "A text model and a projector belong together, but only one of them is given.",
                remedy: "Give both --captioning-model-path and --captioning-projector-path.")
        }
        guard variant.name == DemoModel.variantName else {
            throw ShotlistError(
                .modelMissing, "This release does not download the model '\(variant.name)'.",
                remedy: "Give its GGUF files with --captioning-model-path and --captioning-projector-path, "
                    + "or try --captioning-algorithm demo.")
        }
        return try DemoModel.locate(modelDir: modelDir)
    }
}
