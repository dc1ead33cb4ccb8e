import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistPipeline
import ShotlistStorage

/// `shotlist videos`: what a run would take.
struct VideosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "videos",
        abstract: "List the videos that a run would take, in its order; none is opened.",
        discussion: """
            With --json a line for each, as a schedule of one's own needs them: its path, which names its clips, its size in \
            bytes, and why it cannot be opened, where that is known.
            """)

    @Argument(help: "The folder of videos, or one video file; s3://BUCKET/FOLDER for those of a bucket.")
    var videoDir: String

    @Option(parsing: .unconditional, help: "The most videos to take.")
    var videoLimit: Int?

    @Flag(help: "Print a line of JSON for each.")
    var json = false

    private struct Line: Encodable {
        let path: String
        let bytes: Int
        let problem: String?
    }

    func run() async throws {
        let terminal = Terminal()
        try await Ending.of(terminal) {
            let files = try await Interrupt.cancelling(terminal: terminal) { try await find(terminal) }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            for file in files {
                let line = Line(path: file.inputPath, bytes: file.sizeInBytes, problem: file.problem?.description)
                print(json ? String(decoding: try encoder.encode(line), as: UTF8.self) : file.inputPath.printable)
            }
            return 0
        }
    }

    private func find(_ terminal: Terminal) async throws -> [VideoFile] {
        guard S3Location.isOne(videoDir) else {
            return try await VideoReader(inputVideoPath: videoDir, videoLimit: videoLimit).files()
        }
        let bucket = try InputOptions.bucket(terminal)
        let result: Result<[VideoFile], any Error>
        do {
            let reader = try S3VideoReader(location: S3Location(videoDir), bucket: bucket, videoLimit: videoLimit)
            result = .success(try await reader.files())
        } catch {
            result = .failure(error)
        }
        await bucket.shutDown()
        return try result.get()
    }
}
