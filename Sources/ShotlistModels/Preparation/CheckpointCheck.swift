import Foundation
import ShotlistCore

/// Looks at a checkpoint before minutes are spent on it: each failure is one sentence, which the converter's would not
/// be.
enum CheckpointCheck {
    private static let indexName = "model.safetensors.index.json"

    /// Checks that all files are there and whole, and that the tokenizer belongs to the weights.
    ///
    /// - Throws: ``ShotlistError`` (`model_missing`, `model_invalid`, `model_mismatch`).
    static func check(_ folder: String) throws(ShotlistError) {
        try checkConfiguration("config.json", in: folder)
        let files = try weightFiles(in: folder)
        var rows: Int?
        for file in files {
            let header = try SafetensorsHeader(path: "\(folder)/\(file)")
            let embedding = header.shapes.first { isEmbedding($0.key) && $0.value.count == 2 }
            rows = rows ?? embedding?.value.first
        }
        try checkTokenizer(in: folder, rows: rows)
    }

    /// Bytes of the checkpoint's weights.
    static func weightBytes(in folder: String) -> Int {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".safetensors") }.reduce(0) {
            $0 + (FileSystem.size(of: "\(folder)/\($1)") ?? 0)
        }
    }

    private static func isEmbedding(_ name: String) -> Bool {
        name.hasSuffix("embed_tokens.weight") || name.hasSuffix("backbone.embeddings.weight")
    }

    private static func weightFiles(in folder: String) throws(ShotlistError) -> [String] {
        let found = Set((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        guard found.contains(indexName) else {
            let files = found.filter { $0.hasPrefix("model") && $0.hasSuffix(".safetensors") }
            guard !files.isEmpty else {
                throw ShotlistError(
                    .modelMissing, "The checkpoint '\(folder)' has no weights (model*.safetensors).",
                    remedy: "Download it again, or copy all of its files there.")
            }
            return files.sorted()
        }
        guard let map = try object(indexName, in: folder)["weight_map"] as? [String: String], !map.isEmpty else {
            throw invalid(indexName, folder, "names no tensors")
        }
        let named = Set(map.values)
        let missing = named.subtracting(found).sorted()
        guard missing.isEmpty else {
            throw ShotlistError(
                .modelMissing,
                "The checkpoint '\(folder)' is not whole: \(missing.map { "'\($0)'" }.joined(separator: ", ")) "
                    + "\(missing.count == 1 ? "is" : "are") missing, \(missing.count) of \(named.count) files.",
                remedy: "Download it again; what is there is kept.")
        }
        return named.sorted()
    }

    /// A checkpoint has at least as many rows as its tokenizer has tokens, and some more, to a round number: the file of
    /// another model has more tokens than rows, or far fewer.
    private static func checkTokenizer(in folder: String, rows: Int?) throws(ShotlistError) {
        let name = "tokenizer.json"
        guard FileManager.default.fileExists(atPath: "\(folder)/\(name)") else {
            let others = ["tokenizer.model", "vocab.json"]
            guard others.contains(where: { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }) else {
                throw ShotlistError(
                    .modelMissing, "The checkpoint '\(folder)' has no tokenizer.",
                    remedy: "Download it again, or copy tokenizer.json and tokenizer_config.json there.")
            }
            return
        }
        let content = try object(name, in: folder)
        let model = content["model"] as? [String: Any]
        let vocabulary = (model?["vocab"] as? [String: Int])?.values.map { $0 } ?? []
        let added = (content["added_tokens"] as? [[String: Any]])?.compactMap { $0["id"] as? Int } ?? []
        guard let highest = (vocabulary + added).max(), (0...Int(Int32.max)).contains(highest) else {
            throw invalid(name, folder, "names no tokens, or numbers that no token has")
        }
        guard let rows, highest >= rows || (highest + 1) * 2 < rows else { return }
        throw ShotlistError(
            .modelMismatch,
            "The tokenizer of '\(folder)' has \(highest + 1) tokens and the weights have \(rows) rows for them: "
                + "they belong to different models.",
            remedy: "Download the checkpoint again, or copy the tokenizer that came with the weights.")
    }

    /// Checks that a configuration is there and whole. Python wrote it, and may have written `Infinity`, which JSON does
    /// not know and Nemotron's has; the converter reads it all.
    private static func checkConfiguration(_ name: String, in folder: String) throws(ShotlistError) {
        let text = String(decoding: try content(name, in: folder), as: UTF8.self)
        guard text.first(where: { !$0.isWhitespace }) == "{", text.last(where: { !$0.isWhitespace }) == "}" else {
            throw invalid(name, folder, "is not JSON that can be read")
        }
    }

    private static func object(_ name: String, in folder: String) throws(ShotlistError) -> [String: Any] {
        let data = try content(name, in: folder)
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw invalid(name, folder, "is not JSON that can be read")
        }
        return object
    }

    private static func content(_ name: String, in folder: String) throws(ShotlistError) -> Data {
        let path = "\(folder)/\(name)"
        guard FileManager.default.fileExists(atPath: path) else {
            throw ShotlistError(
                .modelMissing, "The checkpoint '\(folder)' has no file '\(name)'.",
                remedy: "Download it again, or copy all of its files there.")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw invalid(name, folder, "cannot be read")
        }
        return data
    }

    private static func invalid(_ name: String, _ folder: String, _ reason: String) -> ShotlistError {
        ShotlistError(
            .modelInvalid, "The file '\(name)' of the checkpoint '\(folder)' \(reason).",
            remedy: "Download the checkpoint again.")
    }
}
