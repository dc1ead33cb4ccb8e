import Foundation
import Testing

@Suite("shotlist run on a disk that is full for a while", .timeLimit(.minutes(10)))
struct DiskCommandTests {
    private static let flags = [
        "--captioning-algorithm", "demo", "--generate-captions", "--generate-previews", "--captioning-window-size",
        "32",
        "--captioning-remainder-threshold", "16", "--captioning-batch-size", "1", "--fixed-stride-split-duration", "5",
        // Processes that read videos get no environment, so that no fault would be in them.
        "--media-isolation", "none",
    ]

    /// A run below `folder`, in which what `plan` says fails.
    private func process(_ folder: Folder, _ plan: [String: String] = [:], _ more: [String] = []) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments = ["run", "--video-dir", "videos", "--output-path", "out"] + Self.flags + more
        process.currentDirectoryURL = folder.url
        process.environment = ProcessInfo.processInfo.environment.merging(["HF_HUB_OFFLINE": "1"]) { $1 }
            .merging(plan) { $1 }
        return process
    }

    /// What makes some calls of a run fail, as on a full disk: the shim of `make torture`.
    private func plan(_ folder: Folder, _ call: String, name: String, first: Int, times: Int) async throws
        -> [String: String]
    {
        let shim = folder.path("faults.so")
        if !FileManager.default.fileExists(atPath: shim) {
            let source = Repository.root.appending(path: "scripts/torture/faults.c").path
            let made = try await Command.run(
                "/usr/bin/cc", ["-O2", "-shared", "-fPIC", "-o", shim, source, "-ldl", "-pthread"], folder: folder.url)
            try #require(made.status == 0, "\(made.errors)")
        }
        let report = folder.path("report.txt")
        try? FileManager.default.removeItem(atPath: report)
        return [
            "LD_PRELOAD": shim, "TORTURE_BELOW": folder.url.resolvingSymlinksInPath().path + "/out",
            "TORTURE_NAME": name, "TORTURE_CALL": call, "TORTURE_FAULT": "ENOSPC", "TORTURE_FIRST": "\(first)",
            "TORTURE_TIMES": "\(times)", "TORTURE_REPORT": report,
        ]
    }

    @Test(
        "what could not be written is written when there is room, and nothing is missing",
        arguments: [
            (call: "write", name: "/previews/"), (call: "rename", name: "/clips/"), (call: "open", name: "/metas/"),
            (call: "write", name: "/staging/"), (call: "write", name: "/.shotlist/ledger.sqlite-wal"),
            (call: "write", name: "/processed_"),
        ])
    func again(_ fault: (call: String, name: String)) async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let whole = try await Command.finish(process(folder))
        #expect(whole.status == 0, "\(whole.errors)")
        let records = try OutputRecords(folder, "out")
        try FileManager.default.removeItem(atPath: folder.path("out"))
        let plan = try await plan(folder, fault.call, name: fault.name, first: 1, times: 2)
        let run = try await Command.finish(process(folder, plan))
        let failed = (try? String(contentsOfFile: folder.path("report.txt"), encoding: .utf8)) ?? ""
        #expect(failed.split(separator: "\n").count == 2, "\(failed)")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("disk") && run.errors.contains("The run pauses"), "\(run.errors)")
        #expect(run.errors.contains("the run goes on after"), "\(run.errors)")
        #expect(try OutputRecords(folder, "out").differences(from: records) == [])
    }

    @Test("stopped while it waits, it ends in ten seconds; the next run does the rest")
    func stopped() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let plan = try await plan(folder, "write", name: "/previews/", first: 2, times: 0)
        let (outcome, time) = try await Command.interrupt(
            process(folder, plan),
            whenItSays: {
                $0.contains("The run pauses")
            })
        #expect(outcome.status == 130 && time < .seconds(10), "\(outcome.status) \(outcome.errors)")
        #expect(outcome.errors.contains("The run pauses"), "\(outcome.errors)")
        let rest = try await Command.finish(process(folder))
        #expect(rest.status == 0, "\(rest.errors)")
        let summary = try folder.json("out/summary.json")
        #expect(summary["previews"] as? Int == summary["windows"] as? Int)
    }

    @Test("a run that is to wait no longer ends with one sentence; what is no size is refused")
    func bounds() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let full = try await Command.finish(process(folder, [:], ["--min-free-space", "1000000T", "--disk-wait", "1"]))
        #expect(full.status == 1 && full.errors.contains("--min-free-space"), "\(full.errors)")
        #expect(full.errors.split(separator: "\n").last?.hasPrefix("shotlist: The disk of") == true, "\(full.errors)")
        for flags in [["--min-free-space", "much"], ["--min-free-space", "-1"], ["--disk-wait", "-1"]] {
            #expect(try await Command.finish(process(folder, [:], flags)).status == 64, "\(flags)")
        }
    }
}
