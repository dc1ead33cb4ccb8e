import Foundation
import ShotlistLedger
import Testing

@Suite("shotlist run --shard and shotlist merge", .timeLimit(.minutes(15)))
struct ShardCommandTests {
    @Test(
        "shards 1/7 to 7/7, run apart and merged, are one run; then nothing is left to do, and every file is in order")
    func seven() async throws {
        let set = try await SmallSet()
        for number in (1...7).reversed() {
            let run = try await set.shard("\(number)/7")
            #expect(run.status == 0, "\(run.errors)")
        }
        let merged = try await set.merge()
        #expect(merged.status == 0 && merged.output.contains("7 shards"), "\(merged.output)\(merged.errors)")
        #expect(try OutputRecords(set.folder, "out").differences(from: set.whole) == [])
        #expect(try SmallSet.counts(set.folder) == set.summary)
        #expect(TraceFile(set.folder.path("trace.jsonl")).askedAgain == [])
        let verified = try await Command.shotlist("verify", "out", folder: set.folder.url)
        #expect(verified.status == 0, "\(verified.output)")
        // A run over the whole knows what the shards did.
        let again = try await Command.finish(SmallSet.process(set.folder, ["run"], trace: "again.jsonl"))
        #expect(again.status == 0, "\(again.errors)")
        #expect(TraceFile(set.folder.path("again.jsonl")).events.isEmpty)
        // Merging twice changes nothing.
        #expect(try await set.merge().status == 0)
        #expect(try OutputRecords(set.folder, "out").differences(from: set.whole) == [])
    }

    @Test("a missing shard is told, and one that was killed; it goes on where it stopped")
    func missing() async throws {
        let set = try await SmallSet()
        for name in ["1/3", "2/3"] { #expect(try await set.shard(name).status == 0) }
        let without = try await set.merge()
        #expect(without.status == 1)
        #expect(
            without.errors.contains("1 of 3 shards of 'out' are missing: 3") && without.errors.contains("--shard 3/3"))
        let whole = try await Command.finish(SmallSet.process(set.folder, ["run"], trace: "none.jsonl"))
        #expect(whole.status == 1 && whole.errors.contains("shotlist merge"), "\(whole.errors)")

        let last = SmallSet.process(set.folder, ["run", "--shard", "3/3"], trace: "last.jsonl")
        let path = set.folder.path("last.jsonl")
        let (killed, _) = try await Command.interrupt(
            last, by: [SIGKILL], once: { TraceFile(path).count("committed") >= 2 })
        #expect(killed.status == SIGKILL)
        let unfinished = try await set.merge()
        #expect(
            unfinished.status == 1 && unfinished.errors.contains("The shard 3/3 is not done"), "\(unfinished.errors)")
        #expect(try await set.shard("3/3", trace: "last.jsonl").status == 0)
        #expect(TraceFile(path).askedAgain == [])
        #expect(try await set.merge().status == 0)
        #expect(try OutputRecords(set.folder, "out").differences(from: set.whole) == [])
    }

    @Test(
        "shards of other settings are not merged, nor those of two ways of dividing; flags that contradict are refused")
    func refused() async throws {
        let set = try await SmallSet(videos: ["a"])
        for name in ["1/2", "2/2"] { #expect(try await set.shard(name).status == 0) }
        #expect(try await set.shard("2/2", ["--captioning-prompt-text", "Who?"]).status == 0)
        let others = try await set.merge()
        #expect(others.status == 1)
        #expect(
            others.errors.contains("The shard 2/2 was not asked for the same as the shard 1/2: captions.prompt differ"))
        #expect(try await set.shard("2/2").status == 0)
        #expect(try await set.merge().status == 0)

        try set.folder.add("bikes", "videos/later.mp4")
        #expect(try await set.shard("1/2").status == 0)
        let fewer = try await set.merge()
        #expect(fewer.status == 1 && fewer.errors.contains("found other videos"), "\(fewer.errors)")

        for flags in [["--join"], ["--only-windows", "list.txt"]] {
            #expect(try await set.shard("1/2", flags).status == 64)
        }
        for name in ["8/7", "0/1", "one"] { #expect(try await set.shard(name).status == 64) }
        let nothing = try await Command.shotlist("merge", "videos", folder: set.folder.url)
        #expect(nothing.status == 1 && nothing.errors.contains("no parts to merge"))
    }

    @Test(
        "what was asked for on purpose stays so in shards that know the records alone, in their merge, and without captions"
    )
    func picked() async throws {
        let set = try await SmallSet(videos: ["a"])
        let folder = set.folder
        func run(_ more: String...) async throws -> Command.Outcome {
            try await Command.finish(SmallSet.process(folder, ["run"] + more))
        }
        #expect(try await run().status == 0)
        let name = try #require(folder.files().first { $0.hasPrefix("out/metas/v0/") })
        let clip = try #require(try folder.json(name)["span_uuid"] as? String)
        let first = try #require((try folder.json(name)["windows"] as? [[String: Any]])?.first)
        let (start, end) = (
            try #require(first["start_frame"] as? Int), try #require(first["end_frame"] as? Int)
        )
        try folder.write("\(clip)/\(start)_\(end)\n", "again.txt")
        let again = try await run("--only-windows", "again.txt", "--captioning-prompt-text", "Who?")
        #expect(again.status == 0, "\(again.errors)")
        let answer = try await Self.picked(folder, clip)
        #expect(answer.count == 1)
        for file in folder.files() where file.hasPrefix("out/.shotlist/ledger.sqlite") {
            try FileManager.default.removeItem(atPath: folder.path(file))
        }
        for shard in ["1/2", "2/2"] { #expect(try await set.shard(shard).status == 0) }
        #expect(try await set.merge().status == 0)
        #expect(try await Self.picked(folder, clip) == answer)
        // A run that draws previews anew, and asks for no captions.
        let previews = SmallSet.process(folder, ["run", "--preview-target-fps", "2"])
        previews.arguments?.removeAll { $0 == "--generate-captions" }
        let drawn = try await Command.finish(previews)
        #expect(drawn.status == 0, "\(drawn.errors)")
        let windows = try folder.json(name)["windows"] as? [[String: Any]]
        #expect(windows?.first?["picked"] as? Bool == true)
    }

    /// The captions of a clip that someone asked for on purpose, as the output's ledger knows them.
    private static func picked(_ folder: Folder, _ clip: String) async throws -> [[String: String]] {
        let ledger = try await Ledger.open(outputPath: folder.path("out"), program: "test", access: .readOnly)
        let picked = try await ledger.picked(of: try #require(UUID(uuidString: clip)))
        try await ledger.close()
        return picked.values.map(\.outcome.caption)
    }

    @Test("another number of shards finds what the first ones did, by the clips' records")
    func divided() async throws {
        let set = try await SmallSet()
        for name in ["1/3", "2/3"] { #expect(try await set.shard(name).status == 0) }
        for name in ["1/2", "2/2"] { #expect(try await set.shard(name).status == 0) }
        #expect(TraceFile(set.folder.path("trace.jsonl")).askedAgain == [])
        let mixed = try await set.merge()
        #expect(mixed.status == 1 && mixed.errors.contains("shards of 2 and of 3"), "\(mixed.errors)")
        for name in ["1-of-3", "2-of-3"] {
            try FileManager.default.removeItem(atPath: set.folder.path("out/.shotlist/shards/\(name)"))
        }
        #expect(try await set.merge().status == 0)
        #expect(try OutputRecords(set.folder, "out").differences(from: set.whole) == [])
    }

    @Test("what failed and is tried again in a shard after merging is in the merged output")
    func changed() async throws {
        let set = try await SmallSet(videos: ["a"])
        let prompt = ["--captioning-prompt-text", "Who?"]
        for name in ["1/2", "2/2"] { #expect(try await set.shard(name, prompt).status == 0) }
        #expect(try await set.merge().status == 0)
        for name in ["1/2", "2/2"] { #expect(try await set.shard(name).status == 0) }
        #expect(try await set.merge().status == 0)
        #expect(try OutputRecords(set.folder, "out").differences(from: set.whole) == [])
        // The captions of before are in the ledger: nothing is asked for them again.
        let back = try await Command.finish(
            SmallSet.process(set.folder, ["run"] + prompt, trace: "back.jsonl"))
        #expect(back.status == 0, "\(back.errors)")
        #expect(TraceFile(set.folder.path("back.jsonl")).events.isEmpty)
    }

    @Test(
        "videos that cannot be read, or that a limit refuses, are merged as what they are; one that is gone is not missed"
    )
    func failures() async throws {
        let set = try await SmallSet(videos: ["a"])
        try set.folder.write("no video", "videos/broken.mp4")
        try set.folder.add("carphone_pristine", "videos/small.mp4")
        // Pictures of one of them are larger than that.
        let limit = ["--max-pixels", "30000"]
        let alone = try await Command.finish(SmallSet.process(set.folder, ["run"] + limit, trace: "alone.jsonl"))
        #expect(alone.status == 2, "\(alone.errors)")
        let whole = try OutputRecords(set.folder, "out")
        let counts = try set.folder.json("out/summary.json")
        try FileManager.default.removeItem(atPath: set.folder.path("out"))

        for name in ["1/2", "2/2"] { #expect(try await set.shard(name, limit).status == 2) }
        for _ in 0..<2 {
            let merged = try await set.merge()
            #expect(merged.status == 2, "\(merged.errors)")
            #expect(try OutputRecords(set.folder, "out").differences(from: whole) == [])
            let summary = try set.folder.json("out/summary.json")
            for key in ["videos", "clips", "windows", "previews"] {
                #expect(summary[key] as? Int == counts[key] as? Int, "\(key)")
            }
            #expect(
                (summary["failed_videos"] as? [String: String])?.count
                    == (counts["failed_videos"] as? [String: String])?.count)
        }

        try FileManager.default.removeItem(atPath: set.folder.path("videos/a.mp4"))
        for name in ["1/2", "2/2"] { _ = try await set.shard(name, limit) }
        let without = try await set.merge()
        #expect(without.status == 2, "\(without.errors)")
        #expect(try set.folder.json("out/summary.json")["videos"] as? Int == 2)
    }

    @Test("after other shards than the merged ones a run over the whole is refused until they are merged, too")
    func unmerged() async throws {
        let set = try await SmallSet(videos: ["a"])
        for name in ["1/2", "2/2"] { #expect(try await set.shard(name).status == 0) }
        #expect(try await set.merge().status == 0)
        #expect(try await set.shard("2/2", ["--captioning-prompt-text", "Who?"]).status == 0)
        let whole = try await Command.finish(SmallSet.process(set.folder, ["run"]))
        #expect(whole.status == 1 && whole.errors.contains("1 are not merged (shard 2/2)"), "\(whole.errors)")
        #expect(try await set.merge().status == 1)
        #expect(try await set.shard("1/2", ["--captioning-prompt-text", "Who?"]).status == 0)
        #expect(try await set.merge().status == 0)
        let after = try await Command.finish(
            SmallSet.process(set.folder, ["run", "--captioning-prompt-text", "Who?"], trace: "after.jsonl"))
        #expect(after.status == 0 && TraceFile(set.folder.path("after.jsonl")).events.isEmpty, "\(after.errors)")
    }
}
