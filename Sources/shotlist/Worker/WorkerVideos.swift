import Foundation
import ShotlistCore
import ShotlistPipeline
import ShotlistStorage

/// The videos that tasks name: files below a folder, or objects below a place in a bucket.
enum WorkerVideos: Sendable {
    case folder(VideoReader)
    case bucket(S3VideoReader)

    /// Objects that are asked about at once.
    private static let askedAtOnce = 16

    /// Those below what `--video-dir` names.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`).
    init(_ input: InputOptions, _ terminal: Terminal, verbose: Bool = false) throws(ShotlistError) {
        if S3Location.isOne(input.videoDir) {
            self = .bucket(
                try S3VideoReader(
                    location: S3Location(input.videoDir), bucket: input.bucket(terminal), verbose: verbose))
        } else {
            self = .folder(try VideoReader(inputVideoPath: input.videoDir, verbose: verbose))
        }
    }

    /// What opens them.
    var reader: any SourceStage {
        switch self {
        case .folder(let reader): reader
        case .bucket(let reader): reader
        }
    }

    /// What a task names, and what of it cannot be named, by its place in the task.
    ///
    /// - Throws: ``ShotlistError`` that is of no one video, as when a server does not answer or the worker is stopped.
    func files(
        of items: [WorkerTask.Item]
    ) async throws(ShotlistError) -> (files: [VideoFile], others: [(place: Int, ShotlistError)]) {
        let found = await withTaskGroup(of: (Int, Result<VideoFile, ShotlistError>).self) { group in
            var found: [Int: Result<VideoFile, ShotlistError>] = [:]
            for (index, item) in items.enumerated() {
                if index >= Self.askedAtOnce, let (place, result) = await group.next() { found[place] = result }
                group.addTask {
                    do throws(ShotlistError) {
                        return (index, .success(try await file(item)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            for await (place, result) in group { found[place] = result }
            return found
        }
        var files: [VideoFile] = []
        var others: [(place: Int, ShotlistError)] = []
        for index in items.indices {
            switch found[index] {
            case .success(let file)?: files.append(file)
            case .failure(let error)? where error.endsRun || error.code == .cancelled: throw error
            case .failure(let error)?: others.append((index, error))
            case nil: break
            }
        }
        return (files, others)
    }

    private func file(_ item: WorkerTask.Item) async throws(ShotlistError) -> VideoFile {
        switch self {
        case .folder(let reader): return try Self.file(item, below: reader.inputVideoPath)
        case .bucket(let reader): return try await reader.find(item.path, span: item.span)
        }
    }

    private static func file(_ item: WorkerTask.Item, below root: String) throws(ShotlistError) -> VideoFile {
        let below = root == "." ? "" : root == "/" ? "/" : root + "/"
        let relative: String
        if item.path == root {
            relative = URL(filePath: root).lastPathComponent
        } else {
            guard item.path.utf8.starts(with: below.utf8) else { throw outside(item.path, root) }
            relative = String(decoding: item.path.utf8.dropFirst(below.utf8.count), as: UTF8.self)
        }
        let steps = relative.split(separator: "/", omittingEmptySubsequences: false)
        guard steps.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else { throw outside(item.path, root) }
        let attributes = try? FileManager.default.attributesOfItem(atPath: item.path)
        return VideoFile(
            inputPath: item.path, relativePath: relative, sizeInBytes: attributes?[.size] as? Int ?? 0, span: item.span)
    }

    private static func outside(_ path: String, _ root: String) -> ShotlistError {
        ShotlistError(
            .unreadable, "'\(path.printable)' is not below '\(root)', which --video-dir names.",
            remedy: "Name videos as a run over that folder does: the folder as it was given, and the path below it.")
    }
}
