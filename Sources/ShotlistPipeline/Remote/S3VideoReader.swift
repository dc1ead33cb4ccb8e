import Foundation
import ShotlistCore
import ShotlistLedger
import ShotlistMedia
import ShotlistStorage

/// Finds the videos below a place in a bucket, brings one after another here, and probes each.
///
/// Objects are taken by the rules of ``VideoReader``. A video's bytes are on this machine from shortly before it is
/// opened until its last window is decoded; `ahead` further ones are brought meanwhile, where there is room. An object
/// that is replaced while the run lasts is not mixed with what was listed: it fails, and the next run takes it.
public struct S3VideoReader: SourceStage {
    public let name = "video_reader"
    /// A video, or what is before the slash that the keys of several begin with.
    public let location: S3Location
    /// The most videos to take; nil for all.
    public let videoLimit: Int?
    /// Videos that are brought here before they are wanted.
    public let ahead: Int
    /// Log each video as it is opened.
    public let verbose: Bool

    private let downloads: VideoDownloads
    private let bucket: S3Bucket
    private let state = StageState<RunContext>()

    /// Makes a reader of the videos below `location`.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) when a number is negative.
    public init(
        location: S3Location, bucket: S3Bucket, videoLimit: Int? = nil, ahead: Int = 2, verbose: Bool = false
    ) throws(ShotlistError) {
        // The rules are those of the reader of folders.
        _ = try VideoReader(inputVideoPath: location.description, videoLimit: videoLimit)
        guard ahead >= 0 else {
            throw ShotlistError(.invalidArgument, "\(ahead) videos cannot be brought ahead.", remedy: "Give 0 or more.")
        }
        self.location = location
        self.videoLimit = videoLimit
        self.ahead = ahead
        self.verbose = verbose
        self.bucket = bucket
        downloads = VideoDownloads(bucket: bucket)
    }

    public func setUp(_ context: RunContext) async throws {
        state.set(context)
        let folder = context.stagingFolder.appending(path: "videos", directoryHint: .isDirectory).path
        try await context.pool.run { try AtomicFile.makeFolder(folder) }
        await downloads.open(folder)
    }

    public func tearDown() async {
        await downloads.close()
        await bucket.shutDown()
    }

    public func files() async throws(ShotlistError) -> [VideoFile] {
        let objects = try await sayingErrors {
            if VideoReader.isNamedAsVideo(location.key), let object = try await bucket.look(location) {
                return [object]
            }
            return try await bucket.list(location)
        }
        let single = objects.count == 1 && objects[0].location == location
        var found: [VideoFile] = []
        for object in objects where VideoReader.isNamedAsVideo(object.location.key) {
            let key = object.location.key
            let below = String(decoding: key.utf8.dropFirst(location.prefix.utf8.count), as: UTF8.self)
            let relative = single ? key.split(separator: "/").last.map(String.init) ?? key : below
            if let file = file(object, relative) { found.append(file) }
        }
        guard !found.isEmpty else {
            throw ShotlistError(
                .noVideos, "There is no video below '\(location)'.", remedy: VideoReader.extensionsRemedy)
        }
        let taken = videoLimit.map { Array(found.prefix($0)) } ?? found
        let names = Set(taken.map { PathKey($0.inputPath) })
        await downloads.know(objects.filter { names.contains(PathKey($0.location.description)) })
        return taken
    }

    /// One of the videos, by its address: for who is told of them one after another and does not list them.
    ///
    /// - Parameter span: the part of it that is asked for; nil for all.
    /// - Throws: ``ShotlistError``: `unreadable` for what is not below the reader's place or is not there, and what the bucket throws.
    public func find(_ address: String, span: ClipSpan? = nil) async throws(ShotlistError) -> VideoFile {
        let single = address == location.description
        guard let wanted = try? S3Location(address), wanted.description == address, !wanted.key.isEmpty,
            single || wanted.bucket == location.bucket && wanted.key.utf8.starts(with: location.prefix.utf8)
        else {
            throw ShotlistError(
                .unreadable, "'\(address.printable)' is not below '\(location)'.",
                remedy: "Name videos as a run over that place does.")
        }
        let below = String(decoding: wanted.key.utf8.dropFirst(location.prefix.utf8.count), as: UTF8.self)
        let name = single ? wanted.key.split(separator: "/").last.map(String.init) ?? wanted.key : below
        guard let object = try await sayingErrors({ try await bucket.look(wanted) }) else {
            // The run is given it, as it is a file that is gone: its ledger may have begun with it.
            return VideoFile(
                inputPath: address, relativePath: name, sizeInBytes: 0,
                problem: ShotlistError(
                    .unreadable, "There is no video '\(address.printable)'.", remedy: "Check the address."),
                span: span)
        }
        guard let file = file(object, name, span) else {
            throw ShotlistError(
                .unreadable, "'\(address.printable)' is hidden.",
                remedy: "Copy the object to a key whose steps begin with no dot.")
        }
        await downloads.know(object)
        return file
    }

    public func fetch(_ file: VideoFile, soon: [VideoFile]) async throws(ShotlistError) -> String {
        // What is brought ahead must not take the room that those need who are at work.
        var bytes = max(0, file.sizeInBytes)
        let next = soon.prefix(ahead).prefix { other in
            // A listing may tell any size.
            let (sum, isTooMuch) = bytes.addingReportingOverflow(max(0, other.sizeInBytes))
            bytes = sum
            return !isTooMuch && state.value?.room.has(roomFor: sum) != false
        }.map(\.inputPath)
        return try await sayingErrors { try await downloads.bring(file.inputPath, next: next) }
    }

    public func release(_ inputPath: String) async {
        await downloads.drop(inputPath)
    }

    public func probe(_ file: VideoFile) throws(ShotlistError) -> Video {
        if let problem = file.problem { throw problem }
        guard let path = downloads.places.path(of: file.inputPath) else {
            throw ShotlistError(.internalFailure, "'\(file.inputPath)' was not brought here before it was opened.")
        }
        do throws(ShotlistError) {
            return try probe(file, at: path)
        } catch {
            // Whoever reads it knows the object, and not where its copy was.
            throw ShotlistError(
                error.code, error.message.replacingOccurrences(of: path, with: file.inputPath), remedy: error.remedy)
        }
    }

    private func probe(_ file: VideoFile, at path: String) throws(ShotlistError) -> Video {
        let media: any MediaReading = state.value?.media ?? MediaInProcess()
        let probed = try media.probe(path: path, limits: state.value?.limits ?? MediaLimits())
        if verbose {
            let data = probed.metadata
            state.value?.logger.info(
                "\(file.inputPath.printable): \(data.size), \(data.numFrames) frames at \(data.framerate) a second, \(data.videoCodec)"
            )
        }
        return Video(
            inputPath: file.inputPath, relativePath: file.relativePath, localPath: path, metadata: probed.metadata,
            timeline: probed.timeline, warnings: probed.warnings)
    }

    /// A video's name below the place; nil for what is hidden.
    private func file(_ object: S3Object, _ relative: String, _ span: ClipSpan? = nil) -> VideoFile? {
        let parts = relative.split(separator: "/", omittingEmptySubsequences: false)
        // A key may hold anything; below an output it names files.
        let isPath = parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." } && !relative.contains("\0")
        if isPath, parts.contains(where: { $0.hasPrefix(".") }) { return nil }
        let name = object.location.description
        let problem = ShotlistError(
            .unreadable, "The key of '\(name.printable)' is no path below '\(location)'.",
            remedy: "Copy the object to a key without empty parts, '.' and '..'.")
        return VideoFile(
            inputPath: name, relativePath: isPath ? relative : ContentHash.sha256(name), sizeInBytes: object.size,
            problem: isPath ? nil : problem, stamp: Self.stamp(object), span: span)
    }

    /// What stands for a file's time is a part of the ETag's hash: it changes with the content, and a copy of the same
    /// content made later counts as the same.
    private static func stamp(_ object: S3Object) -> SourceStamp {
        let digits = ContentHash.sha256(object.eTag).prefix(15)
        return SourceStamp(size: object.size, modified: Int64(digits, radix: 16) ?? 0)
    }

    private func sayingErrors<Value>(_ body: () async throws -> Value) async throws(ShotlistError) -> Value {
        do {
            return try await body()
        } catch let error as ShotlistError {
            throw error
        } catch is CancellationError {
            throw ShotlistError(.cancelled, "The run was stopped.", remedy: "Run it again.")
        } catch {
            throw ShotlistError(
                .internalFailure, "'\(location)' cannot be read: \(error).", remedy: "Please report it.")
        }
    }
}
