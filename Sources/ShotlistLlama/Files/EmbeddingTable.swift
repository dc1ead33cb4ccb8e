internal import CLlama
import Foundation
import ShotlistCore

/// The text model's own embeddings of its tokens.
///
/// A batch holds tokens or embeddings, not both. With their rows of this table tokens can share a batch with frames; the
/// model looks up the same numbers.
final class EmbeddingTable {
    private static let tensor = "token_embd.weight"
    private let handle: FileHandle
    private let start: Int
    private let type: ggml_type
    private let rowBytes: Int
    private let columns: Int
    private let tokens: Int
    private let width: Int

    /// Finds the table in a file.
    ///
    /// - Parameter width: how wide the model's inputs are: rows are filled up with zeros, as llama.cpp does.
    /// - Returns: nil when the file has no such table of a type that can be read row by row.
    init?(_ file: GGUFFile, width: Int, tokens: Int) {
        guard let place = file.tensor(Self.tensor), let handle = FileHandle(forReadingAtPath: file.path),
            file.tensor("token_embd.scale") == nil, tokens > 0, place.byteCount % tokens == 0
        else { return nil }
        type = place.type
        rowBytes = place.byteCount / tokens
        columns = rowBytes / ggml_type_size(type) * Int(ggml_blck_size(type))
        guard columns <= width, type == GGML_TYPE_F32 || ggml_get_type_traits(type).pointee.to_float != nil else {
            return nil
        }
        self.handle = handle
        self.tokens = tokens
        self.width = width
        start = place.offset
    }

    deinit { try? handle.close() }

    /// The embedding of a token, in 32 bits.
    ///
    /// - Throws: ``ShotlistError`` (`engine_failed`) when the file can no longer be read.
    func row(of token: Int32) throws(ShotlistError) -> [Float] {
        var row = [Float](repeating: 0, count: width)
        guard (0..<tokens).contains(Int(token)), let bytes = bytes(ofRow: Int(token)) else {
            throw ShotlistError(
                .engineFailed, "The embedding of token \(token) cannot be read from the model's file any more.",
                remedy: "Leave the model's files where they are while Shotlist runs.")
        }
        bytes.withUnsafeBytes { bytes in
            row.withUnsafeMutableBufferPointer { row in
                guard let to = row.baseAddress, let from = bytes.baseAddress else { return }
                if let convert = ggml_get_type_traits(type).pointee.to_float {
                    convert(from, to, Int64(columns))
                } else {
                    memcpy(to, from, rowBytes)
                }
            }
        }
        return row
    }

    private func bytes(ofRow token: Int) -> Data? {
        do {
            try handle.seek(toOffset: UInt64(start + token * rowBytes))
            let data = try handle.read(upToCount: rowBytes)
            return data?.count == rowBytes ? data : nil
        } catch {
            return nil
        }
    }
}

extension LlamaModel {
    /// The embeddings of its tokens, out of its file.
    ///
    /// - Throws: ``ShotlistError`` (`model_missing`, `model_invalid`).
    func embeddingTable(path: String) throws(ShotlistError) -> EmbeddingTable? {
        EmbeddingTable(
            try GGUFFile(path: path, role: "text model"), width: embeddingWidth, tokens: vocabularySize)
    }
}
