import Foundation
import ShotlistCore
import ShotlistModels
import TestHub
import Testing

@Suite("What cannot be had is said, with the remedy")
struct RefusalTests {
    @Test func gatedWithoutToken() async throws {
        let error = try await refusal(gated)
        #expect(error.code == .modelGated)
        #expect(error.message == "'Owner/Tiny-Model' is gated, and there is no token.")
        #expect(error.remedy.contains("HF_TOKEN") && error.remedy.contains("/Owner/Tiny-Model"))
    }

    @Test func gatedWithOtherToken() async throws {
        let error = try await refusal(gated, ["HF_TOKEN": "hf_secret"])
        #expect(error.code == .modelGated)
        #expect(error.message.contains("the account of your token has no access"))
        #expect(!error.description.contains("secret"))
    }

    @Test("a token of the token file opens a gated repository")
    func gatedWithToken() async throws {
        let work = try HubWorkspace(await TestHub.start(gated))
        work.hub.allow(token: "hf_good")
        try work.write(Data("hf_good\n".utf8), "home/token")
        _ = try await work.store().checkpoint(of: Sample.hub(), files: ["*.json"])
        #expect(work.data("Owner/Tiny-Model/config.json") != nil)
    }

    @Test("a missing repository, for a stranger and for someone with a token", arguments: [true, false])
    func missing(hasToken: Bool) async throws {
        let other = HubRepository("Owner", "Tiny-Modell", revision: "main")
        let error = try await refusal(
            Sample.repository, hasToken ? ["HF_TOKEN": "hf_secret"] : [:], asking: other)
        #expect(error.code == .modelMissing)
        #expect(error.message.contains("There is no repository 'Owner/Tiny-Modell'"))
        #expect(error.remedy.contains("HF_TOKEN") == !hasToken)
    }

    @Test func wrongRevision() async throws {
        let error = try await refusal(Sample.repository, asking: Sample.hub("0123456"))
        #expect(error.code == .modelMissing)
        #expect(error.message == "'Owner/Tiny-Model' has no revision '0123456'.")
    }

    @Test func missingFile() async throws {
        let error = try await refusal(Sample.repository, files: ["*.json", "other.gguf"])
        #expect(error.code == .modelMissing)
        #expect(error.message.contains("'other.gguf'"))
    }

    @Test("no space: with the numbers, before anything is downloaded")
    func noSpace() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        let error = await #expect(throws: ShotlistError.self) {
            try await work.store(freeBytes: 1_200_000).checkpoint(of: Sample.hub(), files: Sample.patterns)
        }
        #expect(error?.code == .diskFull)
        #expect(error?.message.contains("needs 3.2 MB more") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("has 1.2 MB left") == true)
        #expect(work.hub.count("/resolve/") == 0)
    }

    @Test("nobody listens")
    func noServer() async throws {
        let work = try HubWorkspace(await TestHub.start())
        // Port 1 is no one's.
        let error = await #expect(throws: ShotlistError.self) {
            try await work.store(["HF_ENDPOINT": "http://127.0.0.1:1"]).checkpoint(of: Sample.hub(), files: ["*"])
        }
        #expect(error?.code == .modelDownloadFailed)
        #expect(error?.message.contains("no connection to '127.0.0.1' comes about") == true, "\(error?.message ?? "")")
    }

    @Test("a folder of models that is a file")
    func unwritable() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        try work.write(Data(), "models")
        let error = await #expect(throws: ShotlistError.self) {
            try await work.store().checkpoint(of: Sample.hub(), files: ["*.json"])
        }
        #expect(error?.code == .writeFailed)
        #expect(error?.message.contains(work.models) == true)
        #expect(error?.remedy.contains("--model-dir") == true)
    }

    @Test(
        "a path that leads out of the folder is refused",
        arguments: ["../evil.json", "/etc/evil.json", "a/../../evil.json", "a//b.json", "evil\\u0000.json"])
    func hostilePath(path: String) async throws {
        var repository = Sample.repository
        let oid = String(repeating: "a", count: 40)
        repository.strangeEntries = [#"{"type":"file","oid":"\#(oid)","size":1,"path":"\#(path)"}"#]
        let error = try await refusal(repository)
        #expect(error.code == .modelDownloadFailed)
        #expect(error.message.contains("leads out of its folder"))
    }

    @Test("another commit than the one that is pinned is refused", arguments: [7, 40])
    func otherCommit(digits: Int) async throws {
        let pinned = String(repeating: "0123456789", count: 4).prefix(digits)
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        let answer = #"{"id":"Owner/Tiny-Model","sha":"\#(Sample.repository.sha)"}"#
        work.hub.serve(Data(answer.utf8), at: "/api/models/Owner/Tiny-Model/revision/\(pinned)")
        let error = await #expect(throws: ShotlistError.self) {
            try await work.store().checkpoint(of: Sample.hub(String(pinned)), files: ["*.json"])
        }
        #expect(error?.code == .modelDownloadFailed)
        #expect(error?.message.contains("the commit \(Sample.repository.sha) of") == true, "\(error?.message ?? "")")
        #expect(work.hub.count("/resolve/") == 0)
    }

    @Test(
        "sizes that no file has, alone or together, are refused", arguments: [9_000_000_000_000_000_000, 1 << 50, -1])
    func sizes(size: Int) async throws {
        var repository = Sample.repository
        repository.strangeEntries = ["x.json", "y.json"].map { entry($0, size: size) }
        let error = try await refusal(repository)
        #expect(error.code == .modelDownloadFailed)
        #expect(error.message.contains("x.json") || error.message.contains("more than"), "\(error.message)")
    }

    @Test("a file that is listed twice is one, or refused")
    func twice() async throws {
        var repository = Sample.repository
        let config = repository.files["config.json"]?.count ?? 0
        repository.strangeEntries = [entry("config.json", size: config, oid: repository.oid(of: "config.json"))]
        let work = try HubWorkspace(await TestHub.start(repository))
        _ = try await work.store().checkpoint(of: Sample.hub(), files: ["*.json"])
        #expect(work.hub.count("config.json") == 1)
        repository.strangeEntries = [entry("config.json", size: config)]
        let error = try await refusal(repository)
        #expect(error.message.contains("lists 'config.json' twice"), "\(error.message)")
    }

    @Test(
        "a file under a name of our own is refused",
        arguments: ["gguf/bf16.json", ".shotlist.json", ".shotlist.part.json", "a.json.part"])
    func reserved(path: String) async throws {
        var repository = Sample.repository
        repository.strangeEntries = [entry(path, size: 1)]
        let error = try await refusal(repository, files: ["*.json", "*.json.part"])
        #expect(error.code == .modelDownloadFailed)
        #expect(error.message.contains("keeps for its own"), "\(error.message)")
    }

    @Test("a name of our own that nobody asks for is no hindrance")
    func reservedUnasked() async throws {
        var repository = Sample.repository
        repository.strangeEntries = [entry("gguf/q4.gguf", size: 1)]
        let work = try HubWorkspace(await TestHub.start(repository))
        _ = try await work.store().checkpoint(of: Sample.hub(), files: ["*.json"])
        #expect(work.data("Owner/Tiny-Model/config.json") != nil)
    }

    @Test("a name that is no repository's is not asked for", arguments: ["..", ".hidden", "a/b", ""])
    func hostileName(name: String) async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        let error = await #expect(throws: ShotlistError.self) {
            try await work.store().checkpoint(of: HubRepository("Owner", name, revision: "main"), files: ["*"])
        }
        #expect(error?.code == .invalidArgument)
        #expect(work.hub.requests.isEmpty)
    }

    @Test("what answers is no hub")
    func noHub() async throws {
        let work = try HubWorkspace(await TestHub.start())
        work.hub.serve(Data("<html>".utf8), at: "/api/models/Owner/Tiny-Model/revision/main")
        let error = await #expect(throws: ShotlistError.self) {
            try await work.store().checkpoint(of: Sample.hub(), files: ["*"])
        }
        #expect(error?.remedy.contains("HF_ENDPOINT") == true)
    }

    @Test(
        "settings that cannot be",
        arguments: [
            ["HF_ENDPOINT": "huggingface.co"], ["HF_ENDPOINT": "http://127.0.0.1:70000"], ["HF_TOKEN": "hf\u{7}secret"],
            ["HTTPS_PROXY": "127.0.0.1:70000"], ["ALL_PROXY": "socks5://127.0.0.1:70000"],
        ])
    func settings(environment: [String: String]) throws {
        let error = #expect(throws: ShotlistError.self) { try HubSettings(environment: environment) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.description.contains("secret") == false)
    }

    /// An entry of a listing as the hub writes it.
    private func entry(_ path: String, size: Int, oid: String = String(repeating: "a", count: 40)) -> String {
        #"{"type":"file","oid":"\#(oid)","size":\#(size),"path":"\#(path)"}"#
    }

    private var gated: TestRepository {
        var repository = Sample.repository
        repository.isGated = true
        return repository
    }

    private func refusal(
        _ repository: TestRepository, _ environment: [String: String] = [:], asking: HubRepository = Sample.hub(),
        files: [String] = ["*.json"]
    ) async throws -> ShotlistError {
        let work = try HubWorkspace(await TestHub.start(repository))
        let error = await #expect(throws: ShotlistError.self) {
            try await work.store(environment).checkpoint(of: asking, files: files)
        }
        return try #require(error)
    }
}
