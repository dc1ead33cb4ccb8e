import Foundation
import ShotlistCore

/// The files of a model on this machine, and who it is for the record.
public struct ModelFiles: Sendable, Hashable {
    /// The text model, a GGUF file.
    public var text: String
    /// The projector (vision tower), a GGUF file; nil for a model of text alone.
    public var projector: String?
    /// The model's name for the record; nil where only the files are known.
    public var modelID: String?
    /// The commit of the checkpoint that the files were made of; nil where that is not known.
    public var revision: String?
    /// How the text model's weights are kept; nil where that is not known.
    public var precision: WeightPrecision?

    /// Names files.
    public init(
        text: String, projector: String?, modelID: String?, revision: String? = nil, precision: WeightPrecision? = nil
    ) {
        self.text = text
        self.projector = projector
        self.modelID = modelID
        self.revision = revision
        self.precision = precision
    }

    /// The projector of a model that must have one.
    ///
    /// - Throws: ``ShotlistError`` (`model_mismatch`) for a model of text alone.
    public func visionProjector() throws(ShotlistError) -> String {
        if let projector { return projector }
        throw ShotlistError(
            .modelMismatch, "The model '\(modelID ?? text)' reads text and sees no pictures.",
            remedy: "Use a vision model for captions.")
    }

    /// The files of a variant that needs no preparation: the demo model, or a pair of files given by path.
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
                .modelMissing, "The model '\(variant.name)' is not part of Shotlist.",
                remedy: "Prepare it with `shotlist models prepare \(variant.name)`, or give its two GGUF files.")
        }
        return try DemoModel.locate(modelDir: modelDir)
    }
}
