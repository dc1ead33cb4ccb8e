import Foundation
import ShotlistEngines
import ShotlistPipeline
import ShotlistStorage
import TestS3

/// A bucket with videos, and clients of it.
struct S3Place {
    let server: TestS3
    let bucket: S3Bucket
    let videos: S3Location
    let output: S3Location

    init() async throws {
        server = try await TestS3.shared.value
        let (direct, root) = try await server.bucket()
        (videos, output) = (root.appending("films + ü"), root.appending("out/shots"))
        let footage = try Workspace.footage("bikes").path
        for name in ["a/bikes.mp4", "b c/bikes+.MP4"] {
            try await direct.upload(footage, to: videos.appending(name))
        }
        for name in ["a/notes.txt", ".hidden/bikes.mp4"] {
            try await direct.put(Data("no video".utf8), to: videos.appending(name))
        }
        bucket = direct
    }

    /// A client of its own, as another process has.
    func client(_ address: URL? = nil) throws -> S3Bucket {
        var settings = try S3Settings(environment: server.environment(endpoint: address))
        settings.retries.sleep = { _ in try await Task.sleep(for: .milliseconds(20)) }
        return S3Bucket(settings: settings)
    }

    /// A run from the bucket into it.
    ///
    /// - Parameter machine: the work folder's name.
    func run(
        _ workspace: Workspace, machine: String?, address: URL? = nil, copyInterval: Duration = .seconds(1)
    ) throws -> Run {
        var run = try Run()
        run.splitter = try FixedStrideExtractorStage(clipLenS: 5, clipStrideS: 5)
        run.windowSize = 32
        run.remainderThreshold = 16
        run.batchSize = 1
        run.answer = { request in
            try await Task.sleep(for: .milliseconds(20))
            return .saying("from \(request.input.frameIndices[0])")
        }
        run.reader = try S3VideoReader(location: videos, bucket: client(address))
        guard let machine else { return run }
        run.writer = ClipWriterStage(
            location: output, bucket: try client(address),
            workFolder: workspace.root.appending(path: machine).path, copyInterval: copyInterval)
        return run
    }

    /// What is in the output, without what changes from run to run.
    func objects() async throws -> [String: Data] {
        var objects: [String: Data] = [:]
        for object in try await bucket.list(output) {
            let name = String(object.location.key.dropFirst(output.key.count + 1))
            guard !name.hasPrefix(".shotlist/"), name != "summary.json" else { continue }
            objects[name] = try await bucket.get(object.location)
        }
        return objects
    }
}
