import Foundation
import ShotlistLedger
import Testing

@Suite("A ledger knows the commands of runs, without secrets")
struct RecordedCommandTests {
    @Test(
        "what an address holds of secrets is left out, and words that are no address stay",
        arguments: [
            ("http://ada:secret@gpu1:8000/v1", "http://REDACTED@gpu1:8000/v1"),
            ("--endpoint=https://key@gpu1/v1?token=secret", "--endpoint=https://REDACTED@gpu1/v1?REDACTED"),
            ("http://gpu1:8000/v1", "http://gpu1:8000/v1"), ("s3://bucket/a b@c", "s3://bucket/a b@c"),
            ("s3://bucket/folder@2", "s3://bucket/folder@2"), ("What is a@b?", "What is a@b?"),
            ("videos/a=b@c", "videos/a=b@c"), ("--vllm-argument=--api-key=secret", "--vllm-argument=REDACTED"),
        ])
    func redaction(_ argument: String, _ kept: String) {
        #expect(RecordedCommand(arguments: ["run", argument], folder: "/data").arguments == ["run", kept])
        // Read back, it stays what it is.
        #expect(RecordedCommand(arguments: ["run", kept], folder: "/data").arguments == ["run", kept])
    }

    @Test("what is passed on to a server's program is left out")
    func passedOn() {
        let command = RecordedCommand(
            arguments: ["run", "--vllm-argument", "--api-key", "--vllm-argument", "secret", "--join"], folder: "/data")
        #expect(command.arguments == ["run", "--vllm-argument", "REDACTED", "--vllm-argument", "REDACTED", "--join"])
    }

    @Test("the last command that captioned all windows is found, and an older ledger has none")
    func last() async throws {
        let output = try OutputFolder()
        let ledger = try await output.open()
        let keys = try Sample.keys()
        let first = RecordedCommand(arguments: ["run", "--video-dir", "ü v"], folder: "/data")
        try await ledger.beginRun(keys, program: "test", notes: RunNotes(command: first))
        let whole = try await ledger.lastWholeRun()
        let other = RecordedCommand(arguments: ["run", "--only-windows", "x"], folder: "/tmp")
        try await ledger.beginRun(keys, program: "test", notes: RunNotes(isOfSelectedWindows: true, command: other))
        #expect(try await ledger.lastCommand() == first)
        #expect(try await ledger.lastWholeRun() == whole)
        #expect(try await ledger.runs().count == 2)
        try await ledger.close()
        try await output.connection().write { db in try db.execute(sql: "DROP TABLE run_notes; DROP TABLE picks") }
        let old = try await output.open(.readOnly)
        #expect(try await old.lastCommand() == nil)
        #expect(try await old.counts().asksForCaptions)
        try await old.close()
    }
}
