import ShotlistCore

/// Embeddings of frames that were encoded, for frames with the same pixels: a still camera, a title card.
///
/// What was used longest ago goes first when there is no more room. A hash of the pixels (SHA-256) is the name, so that
/// two blocks of one name are the same.
package struct FrameCache {
    /// The most bytes of embeddings that are kept.
    package let limit: Int
    /// Bytes that are kept.
    package private(set) var byteCount = 0
    private var entries: [String: (embeddings: [Float], use: Int)] = [:]
    private var uses = 0

    /// An empty cache of at most `limit` bytes; 0 keeps nothing.
    package init(limit: Int) {
        self.limit = limit
    }

    /// The name of a block of frames.
    package static func name(of frames: [RGBFrame]) -> String {
        frames.map { "\($0.size) \(ContentHash.sha256($0.bytes))" }.joined(separator: " ")
    }

    /// The embeddings under a name, which then count as used.
    package mutating func embeddings(named name: String) -> [Float]? {
        guard let entry = entries[name] else { return nil }
        uses += 1
        entries[name]?.use = uses
        return entry.embeddings
    }

    /// Keeps embeddings under a name, if there can be room for them.
    package mutating func keep(_ embeddings: [Float], named name: String) {
        let size = Self.bytes(of: embeddings)
        guard size <= limit, entries[name] == nil else { return }
        while byteCount + size > limit, let oldest = entries.min(by: { $0.value.use < $1.value.use }) {
            byteCount -= Self.bytes(of: oldest.value.embeddings)
            entries[oldest.key] = nil
        }
        uses += 1
        entries[name] = (embeddings, uses)
        byteCount += size
    }

    private static func bytes(of embeddings: [Float]) -> Int {
        embeddings.count * MemoryLayout<Float>.size
    }
}
