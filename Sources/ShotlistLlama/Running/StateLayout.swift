import ShotlistCore

/// Where the keys and values of one sequence are in what llama.cpp writes of it.
///
/// A context with a cache for each sequence writes of one: four bytes that tell what it is, the sequence's number, how many
/// caches there are, and then for each how many entries follow; all but the sequence's own have none. A model with recurrent
/// layers writes their states behind (`llama_kv_cache::state_write` and `llama_memory_hybrid::state_write` of llama.cpp
/// 0c1e57098). It reads such a copy only into a context with as many caches, though a sequence is the same in any: so the
/// empty ones are left out or added.
struct StateLayout: Sendable, Hashable {
    /// Bytes before the number of caches.
    static let header = 8
    private static let countBytes = 4
    /// Caches of the context that wrote it.
    let sequences: Int
    /// The sequence.
    let sequence: Int
    /// Bytes of recurrent states at the end.
    let recurrentBytes: Int

    /// The copy as a context with another number of caches writes it.
    ///
    /// - Throws: ``ShotlistError`` (`engine_failed`) when the bytes are not laid out as they should be.
    func bytes(_ bytes: [UInt8], for wanted: Int) throws(ShotlistError) -> [UInt8] {
        guard wanted != sequences else { return bytes }
        let start = Self.header + Self.countBytes + sequence * Self.countBytes
        let end = bytes.count - recurrentBytes - (sequences - 1 - sequence) * Self.countBytes
        guard start <= end, Self.count(in: bytes, at: Self.header) == sequences,
            bytes[(Self.header + Self.countBytes)..<start].allSatisfy({ $0 == 0 }),
            bytes[end..<(bytes.count - recurrentBytes)].allSatisfy({ $0 == 0 })
        else {
            throw ShotlistError(.engineFailed, "llama.cpp lays out the state of a window in another way than is known.")
        }
        var result = Array(bytes[..<Self.header])
        withUnsafeBytes(of: UInt32(wanted)) { result += $0 }
        result += bytes[start..<end]
        result += Array(repeating: 0, count: (wanted - 1) * Self.countBytes)
        return result + bytes[(bytes.count - recurrentBytes)...]
    }

    private static func count(in bytes: [UInt8], at offset: Int) -> Int {
        guard offset + countBytes <= bytes.count else { return -1 }
        return bytes.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
    }
}
