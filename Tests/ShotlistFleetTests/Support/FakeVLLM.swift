import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistFleet
import Synchronization

/// A program that takes vLLM's place, with a folder in which it notes how it was started.
final class FakeVLLM: Sendable {
    /// One start, as the program noted it.
    struct Start: Decodable {
        let pid: Int32
        let words: [String]
        let child: Int32?
    }

    static let variant = ModelVariant(
        name: "qwen", frameSizing: .smart(plan), sampling: .greedy)
    private static let plan: ResizePlan = {
        do { return try ResizePlan() } catch { preconditionFailure("the usual limits are in order: \(error)") }
    }()
    private static let program = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Support/fake-vllm.py").path

    let command: VLLMCommand
    let said = Mutex<[String]>([])
    private let folder: URL

    /// - Parameter mode: what is wrong with it, as `fake-vllm.py` says.
    init(_ mode: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-vllm-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var command = VLLMCommand(
            model: "Qwen/Qwen2.5-VL-7B-Instruct", revision: "cc59489", servedName: "qwen",
            family: .qwenVL(Self.variant.frameSizing))
        command.program = Self.program
        command.further = ["--mode", mode, "--state", folder.path]
        self.command = command
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// How it was started so far, in order.
    var starts: [Start] {
        guard let text = try? String(contentsOf: folder.appending(path: "starts"), encoding: .utf8) else { return [] }
        return text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Start.self, from: Data($0.utf8)) }
    }

    /// What was told the person at the terminal.
    var notices: [String] { said.withLock(\.self) }

    /// Starts an engine on it, with pauses that a test can wait for.
    func engine(_ change: (inout OwnServerPolicy) -> Void = { _ in }) async throws -> OwnServerEngine {
        var policy = OwnServerPolicy()
        policy.lookPeriod = .milliseconds(50)
        policy.noticePeriod = .zero
        policy.restartPause = .milliseconds(50)
        policy.startTime = .seconds(60)
        change(&policy)
        // A proxy that is not there: what runs on this machine is asked without it.
        var options = try FleetOptions(endpoints: [], environment: ["HTTP_PROXY": "http://127.0.0.1:9"])
        options.policy.firstRest = .milliseconds(50)
        options.policy.longestRest = .milliseconds(200)
        return try await OwnServerEngine.start(
            command, options: options, variant: Self.variant, maxOutputTokens: 16, policy: policy
        ) { notice in self.said.withLock { $0.append(notice) } }
    }

    /// A window that is small already.
    static func request() throws -> CaptionRequest {
        CaptionRequest(
            input: WindowInput(
                frames: [], resizedSize: PixelSize(width: 448, height: 252), frameIndices: [0, 5, 10, 15],
                effectiveFPS: 2, videoFPS: 8, prompt: try Prompt(text: "What is seen?"),
                encoded: EncodedWindow(files: Array(repeating: Data([0xff, 0xd8, 0xff]), count: 4), contentHash: "x")),
            sampling: .greedy, maxOutputTokens: 16)
    }
}

/// Processes of this machine, looked at from outside.
enum Processes {
    /// Whether a process runs; one that has ended and waits to be fetched does not.
    static func runs(_ id: Int32) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
            let state = status.split(separator: ")").last?.split(separator: " ").first
        else { return false }
        return state != "Z" && state != "X"
    }

    /// Whether anybody listens on a port of 127.0.0.1, as the kernel says.
    static func listen(on port: Int) -> Bool {
        let data = FileHandle(forReadingAtPath: "/proc/net/tcp")?.readDataToEndOfFile() ?? Data()
        let table = String(decoding: data, as: UTF8.self)
        let digits = String(port, radix: 16, uppercase: true)
        let address = "0100007F:" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return table.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            return fields.count > 3 && fields[1] == address && fields[3] == "0A"
        }
    }

    /// Waits up to half a minute until `isSo`.
    static func wait(until isSo: () -> Bool) async throws -> Bool {
        for _ in 0..<600 {
            if isSo() { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return isSo()
    }
}
