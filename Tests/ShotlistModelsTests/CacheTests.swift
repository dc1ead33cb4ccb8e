import Foundation
import ShotlistCore
import ShotlistModels
import TestHub
import Testing

@Suite("The cache of Hugging Face's tools, and no network")
struct CacheTests {
    @Test("files of the cache are linked, and only the rest is downloaded")
    func cache() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        try fill(work, paths: [Sample.weights, "config.json"])
        _ = try await work.store().checkpoint(of: Sample.hub(), files: Sample.patterns)
        #expect(work.hub.count(Sample.weights) == 0 && work.hub.count("config.json") == 0)
        #expect(work.hub.count("/resolve/") == Sample.fetched - 2)
        #expect(work.events.withLock { $0.contains(.fromCache(files: 2)) })
        let blob = work.url.appending(path: "\(folder)/blobs/\(Sample.repository.oid(of: Sample.weights))")
        let links = try FileManager.default.attributesOfItem(atPath: blob.path)[.referenceCount] as? Int
        #expect(links == 2)
    }

    @Test("a damaged file of the cache is downloaded")
    func damaged() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        try fill(work, paths: ["config.json"], damaged: true)
        _ = try await work.store().checkpoint(of: Sample.hub(), files: ["*.json"])
        #expect(work.data("Owner/Tiny-Model/config.json") == Sample.repository.files["config.json"])
        #expect(work.hub.count("config.json") == 1)
    }

    @Test("offline, a complete cache is enough", arguments: ["main", "whole", "short"])
    func offline(revision: String) async throws {
        let work = try HubWorkspace(await TestHub.start(whole))
        let wanted = Sample.wanted + ["tokenizer.json"]
        try fill(work, whole, paths: wanted)
        let asked = Sample.hub(revision == "main" ? revision : String(whole.sha.prefix(revision == "short" ? 8 : 40)))
        let store = try work.store(["HF_HUB_OFFLINE": "1"])
        _ = try await store.checkpoint(of: asked, files: Sample.patterns)
        for path in wanted {
            #expect(work.data("Owner/Tiny-Model/\(path)") == whole.files[path], "\(path)")
        }
        _ = try await store.checkpoint(of: asked, files: Sample.patterns)
        #expect(work.hub.requests.isEmpty)
    }

    @Test("what only the cache has listed is checked against the hub, at its commit, once")
    func listedOnce() async throws {
        let work = try HubWorkspace(await TestHub.start(whole))
        // A file that nobody can miss who has the cache alone.
        try fill(work, whole, paths: Sample.wanted.filter { $0 != "merges.txt" } + ["tokenizer.json"])
        _ = try await work.store(["HF_HUB_OFFLINE": "1"]).checkpoint(of: Sample.hub(), files: Sample.patterns)
        #expect(work.hub.requests.isEmpty && work.data("Owner/Tiny-Model/merges.txt") == nil)
        _ = try await work.store().checkpoint(of: Sample.hub(), files: ["*.txt"])
        #expect(work.data("Owner/Tiny-Model/merges.txt") == whole.files["merges.txt"])
        _ = try await work.store().checkpoint(of: Sample.hub(), files: Sample.patterns)
        #expect(work.hub.count("/revision/\(whole.sha)") == 2)
        #expect(work.hub.count("/resolve/") == 1)
        let asked = work.hub.requests.count
        _ = try await work.store().checkpoint(of: Sample.hub(), files: Sample.patterns)
        #expect(work.hub.requests.count == asked)
    }

    @Test("offline, a cache without a shard that the index names is not enough")
    func offlineIncomplete() async throws {
        var repository = Sample.repository
        repository.files["model.safetensors.index.json"] = Data(
            #"{"weight_map":{"a":"\#(Sample.weights)","b":"model-00002-of-00002.safetensors"}}"#.utf8)
        let work = try HubWorkspace(await TestHub.start(repository))
        try fill(work, repository, paths: [Sample.weights, "model.safetensors.index.json"])
        let error = await #expect(throws: ShotlistError.self) {
            try await work.store(["HF_HUB_OFFLINE": "1"]).checkpoint(
                of: HubRepository("Owner", "Tiny-Model", revision: "main"), files: Sample.patterns)
        }
        #expect(error?.code == .offline)
        #expect(work.hub.requests.isEmpty)
    }

    @Test(
        "offline, a cache without weights, without one of a numbered set, or without a tokenizer is not enough",
        arguments: [
            ["config.json"], ["config.json", "tokenizer.json"], ["config.json", "tokenizer.json", Sample.weights],
            Sample.wanted,
        ])
    func offlineAlmostEmpty(paths: [String]) async throws {
        let work = try HubWorkspace(await TestHub.start(whole))
        try fill(work, whole, paths: paths)
        let error = await #expect(throws: ShotlistError.self) {
            try await work.store(["HF_HUB_OFFLINE": "1"]).checkpoint(of: Sample.hub(), files: Sample.patterns)
        }
        #expect(error?.code == .offline)
        #expect(work.hub.requests.isEmpty && work.files().isEmpty)
    }

    @Test("offline, nothing here is one sentence and no request")
    func offlineMissing() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        let error = await #expect(throws: ShotlistError.self) {
            try await work.store(["HF_HUB_OFFLINE": "1"]).checkpoint(of: Sample.hub(), files: ["*.json"])
        }
        #expect(error?.code == .offline)
        #expect(error?.remedy.contains("Unset HF_HUB_OFFLINE") == true)
        #expect(work.hub.requests.isEmpty)
        #expect(work.files().isEmpty)
    }

    private let whole = TestRepository(
        Sample.repository.id, files: Sample.repository.files.merging(["tokenizer.json": Data("{}".utf8)]) { $1 })

    private let folder = "home/hub/models--Owner--Tiny-Model"

    /// Writes a cache as Hugging Face's tools do: blobs by hash, a snapshot of links, a reference.
    private func fill(
        _ work: HubWorkspace, _ repository: TestRepository = Sample.repository, paths: [String], damaged: Bool = false
    ) throws {
        for path in paths {
            let blob = "\(folder)/blobs/\(repository.oid(of: path))"
            let data = try #require(repository.files[path])
            try work.write(damaged ? Data(count: data.count) : data, blob)
            let link = work.url.appending(path: "\(folder)/snapshots/\(repository.sha)/\(path)")
            try FileManager.default.createDirectory(
                at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                at: link, withDestinationURL: work.url.appending(path: blob))
        }
        try work.write(Data(repository.sha.utf8), "\(folder)/refs/main")
    }
}
