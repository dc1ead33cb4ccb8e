import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistFleet
import TestServer
import Testing

@Suite("Frames that wait for a server")
struct WaitingTests {
    /// The bodies of eight windows that wait together, in the order of their numbers, and what was said.
    private func bodies(_ settle: (inout FleetOptions) -> Void) async throws -> (bodies: [Data], notices: [String]) {
        let server = try await TestServer.start()
        var options = try Crew.options(server)
        settle(&options)
        let crew = Crew()
        try await crew.run(options) { engine in
            let encoder = try #require(engine.encoder)
            let waiting = try (0..<8).map { try encoder(try Sample.window("window \($0).", seed: $0)) }
            #expect(waiting.allSatisfy { $0.frames.isEmpty && $0.encoded?.files.count == 4 })
            for input in waiting {
                let answer = try await engine.caption(
                    CaptionRequest(input: input, sampling: .qwen, maxOutputTokens: 16))
                #expect(answer.text == "answer to \(input.prompt.text)")
            }
        }
        return ((0..<8).compactMap { server.chats(about: "window \($0).").first?.body }, crew.notices)
    }

    @Test("on the disk are sent as those in memory are, and no file is seen there")
    func onDisk() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-waiting-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let inMemory = try await bodies { _ in }
        #expect(inMemory.bodies.count == 8)
        #expect(Set(inMemory.bodies).count == 8)
        for limit in [0, 20_000] {
            let onDisk = try await bodies { ($0.mostWaitingBytes, $0.waitingFolder) = (limit, folder.path) }
            #expect(onDisk.bodies == inMemory.bodies)
            #expect(onDisk.notices.isEmpty)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("stay in memory where the disk does not take them, which is said once")
    func noDisk() async throws {
        let (bodies, notices) = try await bodies { ($0.mostWaitingBytes, $0.waitingFolder) = (0, "/nowhere") }
        #expect(bodies.count == 8)
        #expect(notices.count == 1)
        #expect(notices.first?.contains("Frames cannot wait in '/nowhere': No such file or directory.") == true)
    }
}
