import Foundation
import ShotlistCore
import ShotlistModels
import TestHub
import Testing

@Suite("Bringing a checkpoint here")
struct DownloadTests {
    @Test("the files that the patterns ask for, whole, with a manifest; a second time nothing is asked")
    func downloadsOnce() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        let store = try work.store()
        let folder = try await store.checkpoint(of: Sample.hub(), files: Sample.patterns)
        #expect(folder.path == "\(work.models)/Owner/Tiny-Model")
        for path in Sample.wanted {
            #expect(work.data("Owner/Tiny-Model/\(path)") == Sample.repository.files[path], "\(path)")
        }
        #expect(
            Set(work.files())
                == Set(
                    Sample.wanted.map { "Owner/Tiny-Model/\($0)" }
                        + ["Owner/.Tiny-Model.lock", "Owner/Tiny-Model/.shotlist.json"]))
        let text = try #require(work.data("Owner/Tiny-Model/.shotlist.json"))
        let manifest = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
        #expect(manifest["revision"] as? String == Sample.repository.sha)
        let files = try #require(manifest["files"] as? [[String: Any]])
        #expect(files.compactMap { $0["path"] as? String } == Sample.wanted)
        let weights = try #require(files.first { $0["path"] as? String == Sample.weights })
        #expect(weights["sha256"] as? String == Sample.repository.oid(of: Sample.weights))

        let asked = work.hub.requests.count
        for revision in ["main", Sample.repository.sha, String(Sample.repository.sha.prefix(7))] {
            _ = try await store.checkpoint(of: Sample.hub(revision), files: Sample.patterns)
        }
        _ = try await store.checkpoint(of: Sample.hub(), files: ["*.json"])
        #expect(work.hub.requests.count == asked)
        #expect(work.progress?.filesDone == Sample.wanted.count)
        #expect(work.progress?.bytesDone == 3_200_000 + 7 + 4 + 2)
    }

    @Test("a short commit becomes the whole one, and is enough the next time, offline, too")
    func shortRevision() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        let short = Sample.hub(String(Sample.repository.sha.prefix(7)))
        _ = try await work.store().checkpoint(of: short, files: ["*.json"])
        #expect(work.hub.count("/resolve/\(Sample.repository.sha)/") == 2)
        let asked = work.hub.requests.count
        _ = try await work.store(["HF_HUB_OFFLINE": "1"]).checkpoint(of: short, files: ["*.json"])
        #expect(work.hub.requests.count == asked)
    }

    @Test("a listing in pages is read to its end, from this hub alone")
    func pages() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.setPageSize(2)
        _ = try await work.store().checkpoint(of: Sample.hub(), files: Sample.patterns)
        #expect(work.hub.count("/tree/") == 4)
        #expect(work.progress?.files == Sample.wanted.count)
    }

    @Test("more files of the same commit are added to those that are here")
    func addsFiles() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        _ = try await work.store().checkpoint(of: Sample.hub(), files: ["*.json"])
        _ = try await work.store().checkpoint(of: Sample.hub(), files: ["*.txt"])
        #expect(work.hub.count("config.json") == 1)
        let asked = work.hub.requests.count
        _ = try await work.store().checkpoint(of: Sample.hub(), files: ["*.json", "*.txt"])
        #expect(work.hub.requests.count == asked)
    }

    @Test("another revision replaces what differs and keeps what does not")
    func otherRevision() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        _ = try await work.store().checkpoint(of: Sample.hub(Sample.repository.sha), files: Sample.patterns)
        var files = Sample.repository.files
        files["config.json"] = Data(#"{"a":2}"#.utf8)
        let newer = TestRepository(Sample.repository.id, files: files)
        work.hub.add(newer)
        _ = try await work.store().checkpoint(of: Sample.hub(newer.sha), files: Sample.patterns)
        #expect(work.data("Owner/Tiny-Model/config.json") == files["config.json"])
        #expect(work.hub.count(Sample.weights) == 1)
        #expect(work.hub.count("config.json") == 2)
    }

    @Test("two at once download once, and the second says that it waits")
    func once() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.fail("config.json", .held)
        let store = try work.store()
        let waiting = { @Sendable in work.events.withLock { $0.filter { $0 == .waiting(model: "Owner/Tiny-Model") } } }
        async let first = store.checkpoint(of: Sample.hub(), files: Sample.patterns)
        async let second = store.checkpoint(of: Sample.hub(), files: Sample.patterns)
        try await work.wait { !waiting().isEmpty }
        work.hub.release()
        #expect(try await first == second)
        #expect(work.hub.count("/resolve/") == Sample.fetched)
        #expect(waiting().count == 1)
    }

    @Test("a renamed repository is followed, and its new name said")
    func renamed() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.rename("Old/Name", to: Sample.repository.id)
        let old = HubRepository("Old", "Name", revision: "main")
        let folder = try await work.store().checkpoint(of: old, files: ["*.json"])
        #expect(folder.path.hasSuffix("Old/Name"))
        #expect(work.data("Old/Name/config.json") == Sample.repository.files["config.json"])
        #expect(work.events.withLock { $0.contains(.renamed(from: "Old/Name", to: Sample.repository.id)) })
    }

    @Test("damage is found, named and mended")
    func damage() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        let store = try work.store()
        _ = try await store.checkpoint(of: Sample.hub(), files: Sample.patterns)
        #expect(try await store.verify(Sample.hub()).isEmpty)
        try work.write(Data(#"{"a":7}"#.utf8), "models/Owner/Tiny-Model/config.json")
        let damaged = try await store.verify(Sample.hub())
        #expect(damaged.map(\.path) == ["config.json"])
        #expect(!store.isComplete(Sample.hub(), files: Sample.patterns))
        _ = try await store.checkpoint(of: Sample.hub(), files: Sample.patterns)
        #expect(work.hub.count("config.json") == 2)
        #expect(work.hub.count(Sample.weights) == 1)
        #expect(try await store.verify(Sample.hub()).isEmpty)
        #expect(store.isComplete(Sample.hub(), files: Sample.patterns))
    }

    @Test("removing frees what was there, and it can be had again")
    func remove() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        let store = try work.store()
        _ = try await store.checkpoint(of: Sample.hub(), files: ["*.json"])
        #expect(try await store.remove(Sample.hub()) > 9)
        #expect(work.files() == ["Owner/.Tiny-Model.lock"])
        #expect(store.contents(of: Sample.hub(), files: ["*.json"]).status == .missing)
        _ = try await store.checkpoint(of: Sample.hub(), files: ["*.json"])
        #expect(store.contents(of: Sample.hub(), files: ["*.json"]).status == .complete)
    }
}
