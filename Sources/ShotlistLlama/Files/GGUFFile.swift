internal import CLlama
import Foundation
import ShotlistCore

/// The header of a GGUF file: names and numbers, no weights.
///
/// Reading it first keeps files that are not what they should be from llama.cpp's loaders, whose answer to them is a
/// null pointer and lines in a log.
final class GGUFFile {
    /// Where it is, for messages.
    let path: String
    private let header: OpaquePointer

    /// Reads and checks the header.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - role: what it is to be, such as "text model", for messages.
    /// - Throws: ``ShotlistError`` (`model_missing`, `model_invalid`).
    init(path: String, role: String) throws(ShotlistError) {
        self.path = path
        _ = LlamaLog.installed
        let magic = try Self.magic(of: path, role: role)
        guard magic == Data("GGUF".utf8) else {
            throw ShotlistError(
                .modelInvalid, "The \(role) '\(path)' is not a GGUF file.",
                remedy: "Give a file made by llama.cpp's converter, whose name usually ends in .gguf.")
        }
        LlamaLog.forget()
        guard let header = gguf_init_from_file(path, gguf_init_params(no_alloc: true, ctx: nil)) else {
            throw Self.damaged(path, role, "its header cannot be read")
        }
        self.header = header
        guard let expected = Self.byteCount(header) else {
            throw Self.damaged(path, role, "its header names more bytes than a file can have")
        }
        let size = Self.fileSize(path)
        guard size >= expected else {
            throw Self.damaged(path, role, "it has \(size) bytes of the \(expected) that its header names")
        }
    }

    deinit { gguf_free(header) }

    /// A text value, or nil when the key is missing or of another type.
    func text(_ key: String) -> String? {
        let id = gguf_find_key(header, key)
        guard id >= 0, gguf_get_kv_type(header, id) == GGUF_TYPE_STRING else { return nil }
        return gguf_get_val_str(header, id).map { String(cString: $0) }
    }

    /// A 32-bit whole number, or nil when the key is missing or of another type.
    func number(_ key: String) -> Int? {
        let id = gguf_find_key(header, key)
        guard id >= 0, gguf_get_kv_type(header, id) == GGUF_TYPE_UINT32 else { return nil }
        return Int(gguf_get_val_u32(header, id))
    }

    /// Whole numbers, one a layer as a rule; one number of its own counts for `count` of them.
    ///
    /// - Returns: `count` numbers or more, or nil when the key is missing, of another type or too short.
    func numbers(_ key: String, count: Int) -> [Int]? {
        let id = gguf_find_key(header, key)
        guard id >= 0 else { return nil }
        guard gguf_get_kv_type(header, id) == GGUF_TYPE_ARRAY else {
            return number(key).map { Array(repeating: $0, count: count) }
        }
        let type = gguf_get_arr_type(header, id)
        guard type == GGUF_TYPE_INT32 || type == GGUF_TYPE_UINT32, let data = gguf_get_arr_data(header, id) else {
            return nil
        }
        let values = UnsafeBufferPointer(
            start: data.assumingMemoryBound(to: UInt32.self), count: gguf_get_arr_n(header, id))
        return values.count < count ? nil : values.map { Int(Int32(bitPattern: $0)) }
    }

    /// How many entries an array has, 0 when there is none of this name.
    func length(_ key: String) -> Int {
        let id = gguf_find_key(header, key)
        guard id >= 0, gguf_get_kv_type(header, id) == GGUF_TYPE_ARRAY else { return 0 }
        return gguf_get_arr_n(header, id)
    }

    /// How many tensors it holds.
    var tensorCount: Int { Int(gguf_get_n_tensors(header)) }

    /// Whether it holds a tensor whose name ends so.
    func hasTensor(endingWith end: String) -> Bool {
        (0..<gguf_get_n_tensors(header)).contains { id in
            gguf_get_tensor_name(header, id).map { String(cString: $0).hasSuffix(end) } ?? false
        }
    }

    /// Where a tensor lies in the file; nil when there is none of this name.
    func tensor(_ name: String) -> (type: ggml_type, offset: Int, byteCount: Int)? {
        let id = gguf_find_tensor(header, name)
        guard id >= 0 else { return nil }
        return (
            gguf_get_tensor_type(header, id), gguf_get_data_offset(header) + gguf_get_tensor_offset(header, id),
            gguf_get_tensor_size(header, id)
        )
    }

    /// Bytes of its tensors.
    var tensorBytes: Int {
        (0..<gguf_get_n_tensors(header)).reduce(0) { $0 + gguf_get_tensor_size(header, $1) }
    }

    /// Numbers in its tensors.
    var parameterCount: Int {
        (0..<gguf_get_n_tensors(header)).reduce(0) { sum, id in
            let type = gguf_get_tensor_type(header, id)
            return sum + gguf_get_tensor_size(header, id) / ggml_type_size(type) * Int(ggml_blck_size(type))
        }
    }

    /// Whether most of its bytes are of types that llama.cpp may lay out anew for the processor while it loads them.
    var isRearranged: Bool {
        let ids = (0..<gguf_get_n_tensors(header)).filter {
            Self.rearranged.contains(gguf_get_tensor_type(header, $0).rawValue)
        }
        return ids.reduce(0) { $0 + gguf_get_tensor_size(header, $1) } * 2 > tensorBytes
    }

    /// Types of which ggml's CPU backend has a layout of its own for one processor or another (`repack.cpp`, `amx.cpp`).
    private static let rearranged = Set(
        [
            GGML_TYPE_Q1_0, GGML_TYPE_Q2_K, GGML_TYPE_Q4_0, GGML_TYPE_Q4_1, GGML_TYPE_Q4_K, GGML_TYPE_Q5_K,
            GGML_TYPE_Q6_K, GGML_TYPE_Q8_0, GGML_TYPE_IQ4_NL, GGML_TYPE_IQ4_XS, GGML_TYPE_MXFP4,
        ].map(\.rawValue))

    private static func magic(of path: String, role: String) throws(ShotlistError) -> Data {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ShotlistError(
                .modelMissing, "The \(role) '\(path)' does not exist.",
                remedy: "Check the path, or leave it out to use a model of the model folder.")
        }
        do {
            guard !isFolder.boolValue else { throw CocoaError(.fileReadInvalidFileName) }
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            return try handle.read(upToCount: 4) ?? Data()
        } catch {
            let reason = isFolder.boolValue ? "is a folder, not a file" : "cannot be read"
            throw ShotlistError(
                .modelInvalid, "The \(role) '\(path)' \(reason).",
                remedy: "Give a GGUF file that this user may read.")
        }
    }

    /// No file of weights is as long, and sums of such lengths still fit a number.
    private static let longest = 1 << 50

    /// The length that the header names; nil where that is none. Tensors follow one another, which ggml has checked.
    private static func byteCount(_ header: OpaquePointer) -> Int? {
        let start = gguf_get_data_offset(header)
        guard (0...longest).contains(start) else { return nil }
        var end = 0
        for id in 0..<gguf_get_n_tensors(header) {
            let (offset, size) = (gguf_get_tensor_offset(header, id), gguf_get_tensor_size(header, id))
            // ggml counts in unsigned numbers, which come here as they are.
            guard (0...longest).contains(offset), (0...longest).contains(size) else { return nil }
            end = max(end, offset + size)
        }
        return start + end
    }

    private static func fileSize(_ path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
        return (attributes?[.size] as? Int) ?? 0
    }

    private static func damaged(_ path: String, _ role: String, _ reason: String) -> ShotlistError {
        ShotlistError(
            .modelInvalid, "The \(role) '\(path)' is truncated or damaged: \(reason).",
            remedy: "Copy or download the file again.")
    }
}
