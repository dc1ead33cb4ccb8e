import ShotlistCore

/// Checks that a GGUF file is a text model of a family that the engine can lay chats out for.
public enum TextModelFile {
    /// Checks a file without loading it, for who will load it later.
    ///
    /// - Throws: ``ShotlistError`` (`model_missing`, `model_invalid`, `model_mismatch`) with the file's name.
    public static func check(path: String) throws(ShotlistError) {
        _ = try family(path: path)
    }

    /// Reads the header and tells the family.
    ///
    /// - Throws: ``ShotlistError`` (`model_missing`, `model_invalid`, `model_mismatch`) with the file's name.
    static func family(path: String) throws(ShotlistError) -> TextFamily {
        let file = try GGUFFile(path: path, role: "text model")
        let found = file.text("general.architecture") ?? "unknown"
        guard let family = TextFamily.allCases.first(where: { $0.architecture == found }) else {
            let known = TextFamily.allCases.map { "\($0.name) (architecture '\($0.architecture)')" }
            let what = found == "clip" ? "is a projector" : "is of architecture '\(found)'"
            throw ShotlistError(
                .modelMismatch, "The text model '\(path)' \(what), which this engine does not talk to.",
                remedy: "Give a model of one of these: \(known.joined(separator: ", ")).")
        }
        guard file.tensorCount > 0 else {
            throw ShotlistError(
                .modelInvalid, "The text model '\(path)' holds a vocabulary and no weights.",
                remedy: "Give the file with the model's weights.")
        }
        return family
    }
}
