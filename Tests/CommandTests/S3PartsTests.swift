import Foundation
import ShotlistStorage
import TestS3
import Testing

/// Parts of one output in a bucket, made by machines that share nothing else.
extension S3CommandTests {
    @Test("shards of machines of their own, merged on another, are one run; what is missing or not merged is told")
    func shards() async throws {
        let (set, place) = (try await SmallSet(), try await Place())
        let output = "\(place.root)/shots"
        func shard(_ name: String) async throws -> Command.Outcome {
            let machine = place.environment("machine-\(name.prefix(1))")
            return try await Command.finish(
                SmallSet.process(set.folder, ["run", "--shard", name], output: output, environment: machine))
        }
        func merge() async throws -> Command.Outcome { try await place.shotlist(["merge", output], machine: "login") }
        func whole() async throws -> Command.Outcome {
            try await Command.finish(
                SmallSet.process(
                    set.folder, ["run"], output: output, environment: place.environment("later"), trace: "later.jsonl"))
        }
        let nothing = try await merge()
        #expect(nothing.status == 1 && nothing.errors.contains("no parts to merge"), "\(nothing.errors)")
        for name in ["3/3", "1/3"] {
            let run = try await shard(name)
            #expect(run.status == 0, "\(run.errors)")
        }
        let missing = try await merge()
        #expect(missing.status == 1 && missing.errors.contains("are missing: 2"), "\(missing.errors)")
        #expect(try await shard("2/3").status == 0)
        let early = try await whole()
        #expect(early.status == 1 && early.errors.contains("shotlist merge"), "\(early.errors)")
        let merged = try await merge()
        #expect(merged.status == 0 && merged.output.contains("3 shards"), "\(merged.output)\(merged.errors)")
        try await Self.compare(place, output, with: set)

        let again = try await whole()
        #expect(again.status == 0, "\(again.errors)")
        #expect(TraceFile(set.folder.path("trace.jsonl")).askedAgain == [])
        #expect(TraceFile(set.folder.path("later.jsonl")).events.isEmpty)
        // One that has gone on since is to be merged first.
        #expect(try await shard("1/3").status == 0)
        #expect(try await whole().status == 1)
        #expect(try await merge().status == 0)
        try await Self.compare(place, output, with: set)
        #expect(try await place.shotlist(["status", output]).status == 0)
    }

    @Test("workers take videos of a bucket and write into one; a video that is not there costs itself")
    func workers() async throws {
        let place = try await Place()
        let (films, output) = ("\(place.root)/films", "\(place.root)/shots")
        let video = "\(films)/a/bikes.mp4"
        let flags = SmallSet.flags(films)
        let workers = try ["one", "two"].map { name in
            try FedWorker(place.folder, name, output: output, environment: place.environment(name))
        }
        try workers[0].give(FedWorker.task("early", [video], to: 4, flags: flags))
        try workers[1].give(
            FedWorker.task("late", [video], from: 4, flags: flags),
            FedWorker.task("none", ["\(films)/b.mp4", "\(place.root)/elsewhere.mp4"], flags: flags))
        try await workers[0].wait { $0.end(of: "early") != nil }
        try await workers[1].wait { $0.end(of: "late") != nil && $0.end(of: "none") != nil }
        let none = try #require(workers[1].end(of: "none"))
        #expect(none.videos == ["\(films)/b.mp4": "failed", "\(place.root)/elsewhere.mp4": "failed"], "\(none.text)")
        #expect(none.text.contains("There is no video") && none.text.contains("is not below"), "\(none.text)")
        let working = try await place.shotlist(["merge", output])
        #expect(working.status == 1 && working.errors.contains("Another run works on"), "\(working.errors)")
        // It is there when they have ended.
        async let waiting = place.shotlist(["merge", output, "--wait", "200"])
        try workers[0].give(FedWorker.task("whole", [video], flags: flags))
        try await workers[0].wait { $0.end(of: "whole") != nil }
        // What was answered is known to the copy, whatever becomes of the machine.
        let told = try await place.shotlist(["status", "\(output)/.shotlist/workers/one"])
        #expect(told.output.contains("videos    1: 1 done"), "\(told.output)\(told.errors)")
        for worker in workers {
            try worker.endInput()
            let end = try await worker.ended()
            #expect(end.status == 0, "\(end.errors)")
        }
        let merged = try await waiting
        #expect(merged.status == 0 && merged.output.contains("2 workers"), "\(merged.output)\(merged.errors)")
        #expect(TraceFile(place.folder.path("trace.jsonl")).askedAgain == [])
        let status = try await place.shotlist(["status", output])
        #expect(status.status == 0 && status.output.contains("videos    1: 1 done"), "\(status.output)")
    }

    /// Expects that an output in a bucket is what one run alone makes.
    private static func compare(_ place: Place, _ output: String, with set: SmallSet) async throws {
        let name = "fetched-\(UUID().uuidString)"
        let root = try S3Location(output)
        for object in try await place.bucket.list(root) {
            let path = String(object.location.key.dropFirst(root.key.count + 1))
            guard var data = try await place.bucket.get(object.location) else { continue }
            if path.hasSuffix(".json") {
                data = Data(String(decoding: data, as: UTF8.self).replacing(output + "/", with: "out/").utf8)
            }
            let file = set.folder.url.appending(path: "\(name)/\(path)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try data.write(to: file)
        }
        #expect(try OutputRecords(set.folder, name).differences(from: set.whole) == [])
    }
}
