import Foundation

/// What `make_vectors.py` computed.
struct Vectors: Decodable {
    struct Fingerprint: Decodable {
        let size: Int
        let digest: String
    }

    struct Key: Decodable {
        let json: String
        let hash: String
    }

    let fingerprints: [Fingerprint]
    let captions: Key
    let previews: Key
    let clipFiles: Key
    let plan: Key

    static func load() throws -> Vectors {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try JSONDecoder().decode(
            Vectors.self, from: Data(contentsOf: tests.appending(path: "Fixtures/vectors.json")))
    }
}
