import Foundation
import ShotlistCore

@testable import ShotlistModels

/// What a hub answers, and what the folder of models keeps of it.
enum HubParsers {
    @Sendable static func read(_ bytes: Data) {
        let (choice, rest) = bytes.chosen
        let text = String(decoding: rest, as: UTF8.self)
        switch choice % 6 {
        case 0: attempt { _ = try JSONDecoder().decode(HubRevision.self, from: rest) }
        case 1: attempt { try readTree(rest) }
        case 2: readHeaders(text)
        case 3: readManifest(rest)
        case 4:
            Scratch.file("m.gguf.json", rest) { path in
                for file in ["m.gguf", "m"] { _ = PreparationManifest.of("\(Scratch.folder)/\(file)") }
                _ = path
            }
        default:
            let names = Set(text.split(separator: "\n").map(String.init))
            _ = SnapshotCheck.isWhole(names, patterns: ["*.safetensors", "*.json"])
            for name in names where HubFile.isSafe(name) {
                let parts = (("/models/x/" + name) as NSString).standardizingPath
                expect(parts.hasPrefix("/models/x/"), "a safe path stays in its folder")
            }
        }
    }

    private static func readTree(_ data: Data) throws {
        let entries = try JSONDecoder().decode([TreeEntry].self, from: data)
        var listing = HubListing()
        for file in entries.compactMap(\.file) {
            try listing.add(file, of: HubRepository("Owner", "Name", revision: "main"))
        }
        _ = listing.files.reduce(0) { $0 + $1.size }
        _ = listing.files.map { ($0.isReserved, $0.matches(["*.json"])) }
    }

    private static func readHeaders(_ text: String) {
        _ = LinkHeader.next(in: [text, text]).flatMap { URLComponents(string: $0)?.percentEncodedQuery }
        _ = ContentRange(text)?.isRest(from: 0, of: 10)
        _ = ContentID(text)
        _ = RepositoryName.isSafe(text)
        attempt { _ = try HubSettings(environment: ["HF_ENDPOINT": text, "HF_HUB_OFFLINE": text, "HOME": "/nowhere"]) }
    }

    private static func readManifest(_ data: Data) {
        Scratch.file(Manifest.fileName, data) { _ in
            guard let manifest = Manifest.read(Scratch.folder) else { return }
            _ = (
                manifest.bytes, manifest.serves(revision: "main", patterns: ["*"]), manifest.isThere(in: Scratch.folder)
            )
        }
    }
}
