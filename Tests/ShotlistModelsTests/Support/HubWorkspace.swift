import Foundation
import ShotlistCore
import ShotlistModels
import Synchronization
import TestHub
import Testing

/// A folder of a test's own with a store in it that asks the test's hub. Pauses are noted, not kept.
final class HubWorkspace: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "shotlist-hub-\(UUID().uuidString)")
    let events = Mutex<[ModelEvent]>([])
    let pauses = Mutex<[Duration]>([])
    let hub: TestHub

    init(_ hub: TestHub) throws {
        self.hub = hub
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The environment of a user who has the hub and nothing else.
    var environment: [String: String] {
        ["HF_ENDPOINT": hub.endpoint, "HF_HOME": url.appending(path: "home").path, "HOME": url.path]
    }

    /// A store in `models`; `more` is added to the environment.
    func store(_ more: [String: String] = [:], freeBytes: Int? = nil) throws -> ModelStore {
        var retry = RetryPolicy()
        retry.sleep = { [self] pause in pauses.withLock { $0.append(pause) } }
        let settings = try HubSettings(environment: environment.merging(more) { $1 })
        return ModelStore(
            folder: models, settings: settings, retry: retry, freeBytes: { _ in freeBytes },
            onEvent: { [self] event in events.withLock { $0.append(event) } })
    }

    var models: String { url.appending(path: "models").path }

    /// Bytes of a file below the folder of models.
    func data(_ path: String) -> Data? { FileManager.default.contents(atPath: "\(models)/\(path)") }

    /// Writes a file below the workspace.
    func write(_ data: Data, _ path: String) throws {
        let file = url.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
    }

    /// Every file below the folder of models, sorted.
    func files() -> [String] {
        (FileManager.default.subpaths(atPath: models) ?? []).filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(models)/\(path)", isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }

    /// Waits until something has happened, a minute at most.
    func wait(until hasHappened: @Sendable () -> Bool) async throws {
        for _ in 0..<6000 where !hasHappened() { try await Task.sleep(for: .milliseconds(10)) }
        try #require(hasHappened())
    }

    /// The last progress that was told.
    var progress: ModelProgress? {
        events.withLock { events in
            events.reversed().lazy.compactMap { if case .progress(let progress) = $0 { progress } else { nil } }.first
        }
    }

    /// How often something was tried again.
    var retries: Int {
        events.withLock { $0.filter { if case .retrying = $0 { true } else { false } }.count }
    }
}

/// A small checkpoint in two shards, with what lies beside one.
enum Sample {
    static let owner = "Owner"
    static let name = "Tiny-Model"
    static let weights = "model-00001-of-00002.safetensors"
    static let patterns = ["*.safetensors", "*.json", "*.txt", "*.model"]

    /// Bytes that differ from place to place and compress badly.
    static func bytes(_ count: Int, seed: UInt64) -> Data {
        var state = seed
        return Data(
            (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 33)
            })
    }

    static let repository = TestRepository(
        "\(owner)/\(name)",
        files: [
            weights: bytes(3_000_000, seed: 1), "model-00002-of-00002.safetensors": bytes(200_000, seed: 2),
            "config.json": Data(#"{"a":1}"#.utf8), "merges.txt": Data("a b\n".utf8), "empty.txt": Data(),
            "sub dir/spécial+1.json": Data("[]".utf8), "README.md": Data("not asked for".utf8),
        ])

    static let wanted = repository.files.keys.filter { $0 != "README.md" }.sorted()

    /// How many files are asked for: an empty one is known without.
    static let fetched = wanted.count - 1

    static func hub(_ revision: String = "main") -> HubRepository {
        HubRepository(owner, name, revision: revision)
    }
}
