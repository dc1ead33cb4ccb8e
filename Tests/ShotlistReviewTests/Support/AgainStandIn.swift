import Foundation
import ShotlistCore
import ShotlistLedger
import TestRecords

/// An output whose ledger knows a command, and a program in the place of the one that would ask the model.
final class AgainStandIn: Sendable {
    let output: RecordedOutput
    let folder: URL

    /// - Parameter arguments: those of the last run, behind `run`.
    init(_ arguments: [String], folder runFolder: String? = nil) async throws {
        output = try ReviewedOutput.records()
        folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-again-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let script = """
            #!/bin/sh
            pwd -P > '\(folder.path)/pwd'
            printf '%s\\n' "$@" > '\(folder.path)/arguments'
            for word in "$@"; do
                if [ "$word" = "--captioning-prompt-text=Wait" ]; then
                    trap 'echo gone > "\(folder.path)/gone"; echo Stopping; exit 130' TERM
                    echo Waiting
                    while :; do sleep 0.05; done
                fi
            done
            echo Working
            echo All is done. >&2
            """
        try Data(script.utf8).write(to: folder.appending(path: "program"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let captions = CaptionWork(
            variant: "demo", model: ModelWork(id: "demo", revision: "1", precision: "f16"), prompt: "What?",
            sampling: .greedy, maxOutputTokens: 64, samplingFPS: 2,
            frameSizing: .stretched(PixelSize(width: 512, height: 512)))
        let keys = try RunKeys(
            RunWork(plan: PlanWork(splitting: "none", windowSize: 48, remainderThreshold: 24), captions: captions))
        let ledger = try await Ledger.open(outputPath: output.folder.path, program: "test")
        let command = RecordedCommand(arguments: ["run"] + arguments, folder: runFolder ?? folder.path)
        let run = try await ledger.beginRun(keys, program: "test", notes: RunNotes(command: command))
        try await ledger.endRun(run, ending: "done")
        try await ledger.close()
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var program: String { folder.appending(path: "program").path }

    /// What the program wrote; nil where it has not.
    func text(_ name: String) -> String? { try? String(contentsOf: folder.appending(path: name), encoding: .utf8) }

    /// A review of the output.
    func reviewed() async throws -> ReviewedOutput {
        try await ReviewedOutput(output: output, executable: program)
    }
}

extension ReviewedOutput.Client {
    /// The body of a request, as the page sends it.
    func againBody(_ fields: [String: Any]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
    }

    /// Looks at the command, and starts it as it was shown.
    func startAgain(_ fields: [String: Any]) async throws -> (shown: [String: Any], status: Int) {
        let shown = try await post("/api/again/preview", try againBody(fields)).json
        let seen = fields.merging(shown) { $1 }
        return (shown, try await post("/api/again/start", try againBody(seen)).status.code)
    }

    /// How far the run is, once it is as wanted.
    func again(until isWanted: ([String: Any]) -> Bool) async throws -> [String: Any] {
        for _ in 0..<1200 {
            if let run = try await get("/api/again").json["run"] as? [String: Any], isWanted(run) { return run }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw AgainMissing()
    }

    /// A minute went by and it did not come.
    private struct AgainMissing: Error {}
}
