import Foundation
import ShotlistStorage
import TestS3
import Testing

@Suite("Commands on buckets, on a real S3 server", .timeLimit(.minutes(10)))
struct S3CommandTests {
    /// A bucket with a video below `films`, and a folder of this machine.
    struct Place {
        let folder: Folder
        let server: TestS3
        let bucket: S3Bucket
        let root: S3Location

        init() async throws {
            folder = try Folder()
            server = try await TestS3.shared.value
            (bucket, root) = try await server.bucket()
            try await bucket.upload(Repository.footage("bikes").path, to: root.appending("films/a/bikes.mp4"))
        }

        /// The environment of a program that asks the server, on a machine of its own for each name.
        func environment(_ machine: String = "cache") -> [String: String] {
            server.environment().merging(["XDG_CACHE_HOME": folder.path(machine)]) { $1 }
        }

        /// Runs `shotlist` to its end.
        func shotlist(_ arguments: [String], machine: String = "cache") async throws -> Command.Outcome {
            let process = Process()
            process.executableURL = URL(filePath: Command.path)
            process.arguments = arguments
            process.currentDirectoryURL = folder.url
            process.environment = ProcessInfo.processInfo.environment.merging(["HF_HUB_OFFLINE": "1"]) { $1 }
                .merging(environment(machine)) { $1 }
            return try await Command.finish(process)
        }

        /// A run over the bucket's videos.
        func run(into output: String, _ more: String...) async throws -> Command.Outcome {
            let flags = ["--video-dir", "\(root)/films", "--output-path", output, "--transcode-encoder", "copy"]
            return try await shotlist(["run"] + flags + more)
        }

        /// What is below a place, by name.
        func names(below output: String) async throws -> [String] {
            let place = try S3Location(output)
            return try await bucket.list(place).map { String($0.location.key.dropFirst(place.key.count + 1)) }
        }
    }

    @Test("a run goes from a bucket into one, status tells of it, and the same command has nothing left to do")
    func run() async throws {
        let place = try await Place()
        let output = "\(place.root)/out/shots"
        let captions = ["--captioning-algorithm", "demo", "--generate-captions", "--generate-previews"]
        let arguments =
            ["run", "--video-dir", "\(place.root)/films", "--output-path", output, "--transcode-encoder", "copy"]
            + captions
        let run = try await place.shotlist(arguments)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("output    \(output)"), "\(run.output)")
        let names = try await place.names(below: output)
        for beginning in ["clips/", "metas/", "previews/", "processed_videos/"] {
            #expect(names.contains { $0.hasPrefix(beginning) }, "\(beginning)")
        }
        #expect(names.contains("summary.json") && names.contains(".shotlist/ledger.sqlite"))
        #expect(!names.contains(".shotlist/lock"))
        // On this machine is the ledger alone.
        #expect(place.folder.files().contains { $0.hasPrefix("cache/shotlist/") && $0.hasSuffix("/ledger.sqlite") })
        #expect(!place.folder.files().contains { $0.hasSuffix(".mp4") || $0.hasSuffix(".webp") })
        let status = try await place.shotlist(["status", output])
        #expect(status.status == 0, "\(status.errors)")
        #expect(status.output.contains("videos    1: 1 done"), "\(status.output)")
        #expect(status.errors.contains("The ledger's copy is of"), "\(status.errors)")
        let again = try await place.shotlist(arguments)
        #expect(again.status == 0 && again.output.contains("kept      1 videos"), "\(again.output)\(again.errors)")
    }

    @Test("status of what is no output, and verify of a bucket, end with a sentence")
    func others() async throws {
        let place = try await Place()
        let status = try await place.shotlist(["status", "\(place.root)/nothing"])
        #expect(status.status == 1 && status.errors.contains("There is no ledger in"), "\(status.errors)")
        let verify = try await place.shotlist(["verify", "\(place.root)/nothing"])
        #expect(verify.status == 64 && verify.errors.contains("is in a bucket"), "\(verify.errors)")
    }

    @Test("--work-dir is refused without a bucket, and for the output of another")
    func workDir() async throws {
        let place = try await Place()
        let local = try await place.run(into: "out", "--work-dir", "work")
        #expect(local.status == 64 && local.errors.contains("--work-dir is for outputs in a bucket"), "\(local.errors)")
        #expect(place.folder.files().isEmpty)
        let one = "\(place.root)/one"
        let first = try await place.run(into: one, "--work-dir", "work")
        #expect(first.status == 0, "\(first.errors)")
        #expect(place.folder.files().contains("work/.shotlist/ledger.sqlite"))
        let second = try await place.run(into: "\(place.root)/two", "--work-dir", "work")
        #expect(second.status == 64, "\(second.errors)")
        #expect(second.errors.contains("'\(one)'") && second.errors.contains("--work-dir"), "\(second.errors)")
        #expect(try await place.names(below: "\(place.root)/two").isEmpty)
        let again = try await place.run(into: one + "/", "--work-dir", "work")
        #expect(again.status == 0 && again.output.contains("kept      1 videos"), "\(again.output)\(again.errors)")
    }
}
