import Foundation
import ShotlistCore
import ShotlistFleet
import Testing

@Suite("A server's certificate")
struct CertificateTests {
    private static let program = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Support/tls-server.py").path

    @Test("that nobody vouches for is refused before anything is sent, at once", .timeLimit(.minutes(1)))
    func selfSigned() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (server, input, output) = (Process(), Pipe(), Pipe())
        server.executableURL = URL(filePath: "/usr/bin/env")
        server.arguments = ["python3", Self.program, folder.path]
        (server.standardInput, server.standardOutput) = (input, output)
        try server.run()
        let lines = output.fileHandleForReading
        let port = String(decoding: lines.availableData, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        var options = try Crew.options(["https://localhost:\(port)"], key: "sk-very-secret")
        options.giveUp = .seconds(20)
        let start = ContinuousClock.now
        let error = try await Crew().refusal(options)
        #expect(error.code == .endpointRefused)
        #expect(error.message.contains("https://localhost:\(port)/v1"))
        #expect(error.message.contains("certificate"))
        #expect(ContinuousClock.now - start < .seconds(10))
        try input.fileHandleForWriting.close()
        let requests = String(decoding: try lines.readToEnd() ?? Data(), as: UTF8.self)
        #expect(requests.isEmpty)
        server.waitUntilExit()
    }
}
