import Foundation
import Testing

@Suite("shotlist worker", .timeLimit(.minutes(15)))
struct WorkerCommandTests {
    @Test("whole videos, and parts of one in two workers and then the whole: merged they are one run")
    func tasks() async throws {
        let set = try await SmallSet()
        let (first, second) = (try FedWorker(set.folder, "one"), try FedWorker(set.folder, "two"))
        try first.give(
            FedWorker.task("whole", ["videos/a.mp4", "videos/d.mp4"]),
            FedWorker.task("early", ["videos/b/c.mp4"], to: 4))
        try second.give(FedWorker.task("late", ["videos/b/c.mp4"], from: 4))
        try await first.wait { $0.end(of: "early") != nil }
        try await second.wait { $0.end(of: "late") != nil }
        try second.give(FedWorker.task("rest", ["videos/b/c.mp4"]))
        try second.give(#"{"type":"drain"}"#)
        try first.endInput()
        let ends = (try await first.ended(), try await second.ended())
        #expect(ends.0.status == 0 && ends.1.status == 0, "\(ends.0.errors)\(ends.1.errors)")
        #expect(first.answers.first?.type == "hello" && first.answers.last?.type == "bye")
        #expect(first.end(of: "whole")?.videos == ["videos/a.mp4": "done", "videos/d.mp4": "done"])
        let rest = try #require(second.end(of: "rest"))
        let counts = try #require(rest.fields["counts"] as? [String: Any])
        #expect(counts["windows"] as? Int == counts["kept_windows"] as? Int && counts["windows"] as? Int == 25)
        #expect(second.answers.contains { $0.type == "heartbeat" })

        let merged = try await set.merge()
        #expect(merged.status == 0 && merged.output.contains("2 workers"), "\(merged.output)\(merged.errors)")
        #expect(try OutputRecords(set.folder, "out").differences(from: set.whole) == [])
        #expect(try SmallSet.counts(set.folder) == set.summary)
        #expect(TraceFile(set.folder.path("trace.jsonl")).askedAgain == [])
        #expect(try await Command.shotlist("verify", "out", folder: set.folder.url).status == 0)
    }

    @Test("a task that is given again after its worker was killed goes on from the clips' records")
    func killed() async throws {
        let set = try await SmallSet()
        let task = try FedWorker.task("all", ["videos/a.mp4", "videos/b/c.mp4", "videos/d.mp4"])
        let first = try FedWorker(set.folder, "one")
        try first.give(task)
        let path = set.folder.path("trace.jsonl")
        try await first.wait { _ in TraceFile(path).count("committed") >= 5 }
        kill(first.process.processIdentifier, SIGKILL)
        #expect(try await first.ended().status == SIGKILL)
        let written = Set(
            set.folder.files().filter { $0.hasPrefix("out/metas/v0/") }.map { String($0.dropFirst(13).dropLast(5)) })
        #expect(written.count >= 2)

        let second = try FedWorker(set.folder, "two", trace: "second.jsonl")
        try second.give(task)
        try await second.wait { $0.end(of: "all") != nil }
        try second.endInput()
        #expect(try await second.ended().status == 0)
        let asked = TraceFile(set.folder.path("second.jsonl")).events.filter { $0.event == "engine_begin" }
        #expect(asked.allSatisfy { !written.contains(String($0.window.prefix { $0 != "/" }).lowercased()) })
        #expect(try await set.merge().status == 0)
        #expect(try OutputRecords(set.folder, "out").differences(from: set.whole) == [])
        #expect(!set.folder.files().contains { $0.hasSuffix(".tmp") })
    }

    @Test("stopped, it answers every task, and another worker goes on", arguments: [SIGTERM, SIGINT])
    func stopped(_ signal: Int32) async throws {
        let set = try await SmallSet(videos: ["a", "d"])
        let worker = try FedWorker(set.folder, "one")
        try worker.give(FedWorker.task("1", ["videos/a.mp4"]), FedWorker.task("2", ["videos/d.mp4"]))
        let path = set.folder.path("trace.jsonl")
        try await worker.wait { _ in TraceFile(path).count("committed") >= 2 }
        kill(worker.process.processIdentifier, signal)
        #expect(try await worker.ended().status == 0)
        #expect(worker.end(of: "2")?.status == "cancelled")
        #expect(worker.answers.last?.fields["reason"] as? String == "stopped")

        let next = try FedWorker(set.folder, "two")
        try next.give(FedWorker.task("1", ["videos/a.mp4"]), FedWorker.task("2", ["videos/d.mp4"]))
        try next.endInput()
        #expect(try await next.ended().status == 0)
        #expect(next.end(of: "1")?.status == "done" && next.end(of: "2")?.status == "done")
        #expect(try await set.merge().status == 0)
        #expect(try OutputRecords(set.folder, "out").differences(from: set.whole) == [])
    }

    @Test(
        "a line that is no task is told, and costs nobody else; so are videos that are not there, and flags of a whole run"
    )
    func badLines() async throws {
        let set = try await SmallSet(videos: ["a"])
        let worker = try FedWorker(set.folder, "one")
        try worker.give(
            "nonsense", "[]", #"{"type":"dance"}"#, #"{"type":"task","protocol":2,"id":"newer"}"#,
            #"{"type":"task","protocol":1,"id":"bare"}"#,
            #"{"type":"task","protocol":1,"id":"none","arguments":[],"videos":[]}"#,
            FedWorker.task("back", ["videos/a.mp4"], from: 5, to: 5),
            FedWorker.task("joins", ["videos/a.mp4"], flags: SmallSet.flags + ["--join"]),
            FedWorker.task(
                "turns", ["videos/a.mp4"],
                flags: SmallSet.flags + ["--enhance-captions", "--enhance-captions-placement", "after"]),
            FedWorker.task("flags", ["videos/a.mp4"], flags: ["--video-dir", "videos", "--no-such-flag"]),
            FedWorker.task("lost", ["videos/b.mp4", "elsewhere/a.mp4", "videos/../videos/a.mp4"]),
            FedWorker.task("good", ["videos/a.mp4"]), FedWorker.task("good", ["videos/a.mp4"]))
        try worker.endInput()
        #expect(try await worker.ended().status == 0)
        let refused = worker.answers.filter { $0.type == "error" }
        #expect(
            refused.map(\.id) == [nil, nil, nil, "newer", "bare", "none", "back", "joins", "turns", "flags", "good"])
        #expect(
            refused.map(\.code) == [
                "bad_line", "bad_line", "bad_line", "protocol_mismatch", "bad_line", "bad_line", "bad_line",
                "invalid_argument", "invalid_argument", "invalid_argument", "bad_line",
            ])
        #expect(refused.first { $0.id == "turns" }?.text.contains("cannot let models take turns") == true)
        let lost = try #require(worker.end(of: "lost"))
        #expect(Set(lost.videos.values) == ["failed"] && lost.videos.count == 3)
        #expect(worker.end(of: "good")?.status == "done")
        #expect(try await set.merge().status == 0)
        #expect(try OutputRecords(set.folder, "out").differences(from: set.whole) == [])
    }

    @Test("other flags are another run: the worker ends the one before it begins")
    func otherFlags() async throws {
        let set = try await SmallSet(videos: ["a"])
        let worker = try FedWorker(set.folder, "one")
        try worker.give(
            FedWorker.task("1", ["videos/a.mp4"], flags: SmallSet.flags + ["--captioning-prompt-text", "Who?"]),
            FedWorker.task("2", ["videos/a.mp4"]))
        try worker.endInput()
        #expect(try await worker.ended().status == 0)
        #expect(worker.end(of: "1")?.status == "done" && worker.end(of: "2")?.status == "done")
        #expect(try OutputRecords(set.folder, "out").differences(from: set.whole) == [])
    }

    @Test("a worker whose model is not there fails its tasks, says why, and ends with 1")
    func noModel() async throws {
        let set = try await SmallSet(videos: ["a"])
        let worker = try FedWorker(set.folder, "one")
        try worker.give(
            FedWorker.task(
                "1", ["videos/a.mp4"],
                flags: SmallSet.flags + [
                    "--captioning-model-path", "nowhere.gguf", "--captioning-projector-path", "neither.gguf",
                ]))
        let end = try await worker.ended()
        #expect(end.status == 1 && end.errors.contains("nowhere.gguf"), "\(end.errors)")
        let answer = try #require(worker.end(of: "1"))
        #expect(answer.status == "failed" && answer.code?.isEmpty == false)
        #expect(worker.answers.last?.fields["reason"] as? String == "failed")
    }

    @Test("told to drain on a socket, it ends what it was given, and then itself")
    func drainedSocket() async throws {
        let set = try await SmallSet(videos: ["a"])
        let worker = try FedWorker(set.folder, "one", ["--socket", "w.sock"])
        let path = set.folder.path("w.sock")
        try await worker.wait { _ in FileManager.default.fileExists(atPath: path) }
        let client = """
            import json, socket, sys
            s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
            s.sendall(sys.argv[2].encode() + b'\\n{"type":"drain"}\\n')
            said = [json.loads(line) for line in s.makefile() if "heartbeat" not in line]
            print(*[line["type"] for line in said], said[-1]["reason"])
            """
        let task = try FedWorker.task("1", ["videos/a.mp4"])
        let fed = try await Command.run("/usr/bin/env", ["python3", "-c", client, path, task], folder: set.folder.url)
        #expect(fed.output == "hello started done bye drained\n", "\(fed.errors)")
        #expect(try await worker.ended().status == 0)
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try await set.merge().status == 0)
    }

    @Test("on a socket it serves one feeder after another; names that are no folders' are refused")
    func socket() async throws {
        let set = try await SmallSet(videos: ["a"])
        let worker = try FedWorker(set.folder, "one", ["--socket", "w.sock"])
        let path = set.folder.path("w.sock")
        try await worker.wait { _ in FileManager.default.fileExists(atPath: path) }
        let task = try FedWorker.task("1", ["videos/a.mp4"])
        let client = """
            import json, socket, sys
            for number in range(2):
                s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
                s.sendall(sys.argv[2].encode() + b"\\n"); s.shutdown(socket.SHUT_WR)
                print(*[json.loads(line)["type"] for line in s.makefile() if "heartbeat" not in line])
            """
        let fed = try await Command.run("/usr/bin/env", ["python3", "-c", client, path, task], folder: set.folder.url)
        #expect(fed.output == "hello started done bye\nhello started done bye\n", "\(fed.errors)")
        kill(worker.process.processIdentifier, SIGTERM)
        #expect(try await worker.ended().status == 0)
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try OutputRecords(set.folder, "out").differences(from: set.whole) == [])
        for name in ["", "../x", ".x", "a/b", "a b"] {
            let refused = try await Command.shotlist(
                "worker", "--output-path", "out", "--name", name, folder: set.folder.url)
            #expect(refused.status == 64, "\(name)")
        }
    }
}
