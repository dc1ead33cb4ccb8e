import Foundation
import ShotlistCore

/// The header of a safetensors file: an 8-byte length (little-endian), then JSON that names each tensor with its shape
/// and the bytes it has after the header.
struct SafetensorsHeader {
    /// The format's own limit.
    private static let largest = 100 << 20
    /// No file of weights is as long, and sums of such lengths still fit a number.
    private static let longest = 1 << 50

    /// The shape of each tensor.
    let shapes: [String: [Int]]

    /// Reads the header and checks that the file is as long as it says.
    ///
    /// - Throws: ``ShotlistError`` (`model_invalid`).
    init(path: String) throws(ShotlistError) {
        let entries: [String: Any]
        let length: Int
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            let start = try handle.read(upToCount: 8) ?? Data()
            length = start.reversed().reduce(0) { ($0 & (1 << 40 - 1)) << 8 | Int($1) }
            guard start.count == 8, (2...Self.largest).contains(length) else { throw CocoaError(.fileReadCorruptFile) }
            let text = try handle.read(upToCount: length) ?? Data()
            guard let object = try JSONSerialization.jsonObject(with: text) as? [String: Any] else {
                throw CocoaError(.fileReadCorruptFile)
            }
            entries = object
        } catch {
            throw Self.damaged(path, "its header cannot be read")
        }
        var shapes: [String: [Int]] = [:]
        var end = 0
        for (name, value) in entries where name != "__metadata__" {
            guard let entry = value as? [String: Any], let shape = entry["shape"] as? [Int],
                let offsets = entry["data_offsets"] as? [Int], offsets.count == 2,
                (0...Self.longest).contains(offsets[0]), (offsets[0]...Self.longest).contains(offsets[1])
            else { throw Self.damaged(path, "its header is not that of a safetensors file") }
            shapes[name] = shape
            end = max(end, offsets[1])
        }
        let (size, expected) = (FileSystem.size(of: path) ?? 0, 8 + length + end)
        guard size >= expected else {
            throw Self.damaged(path, "it has \(size) bytes of the \(expected) that its header names")
        }
        self.shapes = shapes
    }

    private static func damaged(_ path: String, _ reason: String) -> ShotlistError {
        ShotlistError(
            .modelInvalid, "The checkpoint's file '\(path)' is truncated or damaged: \(reason).",
            remedy: "Download the checkpoint again.")
    }
}
