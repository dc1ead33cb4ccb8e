import ShotlistCore

/// Checks that two GGUF files are a text model and the projector that belongs to it.
struct ModelPair {
    private static let projectorArchitecture = "clip"

    /// Reads both headers and tells the family of the pair.
    ///
    /// - Throws: ``ShotlistError`` (`model_missing`, `model_invalid`, `model_mismatch`) with the file's name.
    static func family(model modelPath: String, projector projectorPath: String) throws(ShotlistError) -> VisionFamily {
        let model = try GGUFFile(path: modelPath, role: "text model")
        let projector = try GGUFFile(path: projectorPath, role: "projector")
        let family = try family(of: model)
        try checkType(of: projector, family: family)
        guard model.tensorCount > 0 else {
            throw ShotlistError(
                .modelInvalid, "The text model '\(modelPath)' holds a vocabulary and no weights.",
                remedy: "Give the file with the model's weights.")
        }
        let width = model.number("\(family.textArchitecture).embedding_length")
        let projected = projector.number("clip.vision.projection_dim")
        guard let width, let projected, width == projected else {
            throw ShotlistError(
                .modelMismatch,
                "The projector '\(projectorPath)' makes embeddings of width \(projected ?? 0), and the text model "
                    + "'\(modelPath)' takes width \(width ?? 0).",
                remedy: "Give the projector (mmproj) that was converted together with this text model.")
        }
        return family
    }

    private static func family(of model: GGUFFile) throws(ShotlistError) -> VisionFamily {
        let found = model.text("general.architecture") ?? "unknown"
        if let family = VisionFamily.allCases.first(where: { $0.textArchitecture == found }) { return family }
        guard found != projectorArchitecture else {
            throw ShotlistError(
                .modelMismatch, "The text model '\(model.path)' is a projector.",
                remedy: "Exchange the two files: the text model is the larger one, without 'mmproj' in its name.")
        }
        let known = VisionFamily.allCases.map { "\($0.name) (architecture '\($0.textArchitecture)')" }
        throw ShotlistError(
            .modelMismatch,
            "The text model '\(model.path)' is of architecture '\(found)', which this engine does not caption with.",
            remedy: "Give a model of one of these: \(known.joined(separator: ", ")).")
    }

    private static func checkType(of projector: GGUFFile, family: VisionFamily) throws(ShotlistError) {
        let architecture = projector.text("general.architecture") ?? "unknown"
        guard architecture == projectorArchitecture else {
            throw ShotlistError(
                .modelMismatch,
                "The projector '\(projector.path)' is a model of architecture '\(architecture)', not a projector.",
                remedy: "Give the model's projector, the file with 'mmproj' in its name.")
        }
        let type = projector.text("clip.projector_type") ?? projector.text("clip.vision.projector_type") ?? "unknown"
        guard type == family.projectorType else {
            throw ShotlistError(
                .modelMismatch,
                "The projector '\(projector.path)' is of type '\(type)', which belongs to another family of models.",
                remedy: "Give the projector of a \(family.name) model (type '\(family.projectorType)').")
        }
    }
}
