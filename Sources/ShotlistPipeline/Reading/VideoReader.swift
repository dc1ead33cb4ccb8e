import Foundation
import ShotlistCore
import ShotlistMedia

/// Finds the videos below a folder and probes each.
///
/// Files are taken by extension (mp4, mov, mkv, webm, avi, m4v, in any case), hidden ones left out, in the order of
/// their paths. What a file really is is told by its content when it is opened.
public struct VideoReader: SourceStage {
    public let name = "video_reader"
    /// A folder, or one video file, as it was given but for steps that lead nowhere: `./videos/` is `videos`, so that a
    /// video has one name however its folder is spelled.
    public let inputVideoPath: String
    /// The most videos to take; nil for all.
    public let videoLimit: Int?
    /// Log each video as it is opened.
    public let verbose: Bool

    private let state = StageState<RunContext>()

    private static let extensions: Set<String> = ["mp4", "mov", "mkv", "webm", "avi", "m4v"]

    static let extensionsRemedy = "Videos end in .\(extensions.sorted().joined(separator: ", ."))."

    /// Whether a name has the extension of a video.
    static func isNamedAsVideo(_ name: String) -> Bool {
        extensions.contains((name as NSString).pathExtension.lowercased())
    }

    /// Makes a reader of the videos below `inputVideoPath`.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) when `videoLimit` is negative.
    public init(inputVideoPath: String, videoLimit: Int? = nil, verbose: Bool = false) throws(ShotlistError) {
        if let videoLimit, videoLimit < 0 {
            throw ShotlistError(
                .invalidArgument, "The video limit is \(videoLimit), which is negative.",
                remedy: "Give the most videos to take, or leave it out to take all.")
        }
        self.inputVideoPath = Self.plain(inputVideoPath)
        self.videoLimit = videoLimit
        self.verbose = verbose
    }

    public func setUp(_ context: RunContext) async throws {
        state.set(context)
    }

    public func files() throws(ShotlistError) -> [VideoFile] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: inputVideoPath, isDirectory: &isFolder) else {
            throw ShotlistError(
                .unreadable, "There is no file or folder '\(inputVideoPath)'.",
                remedy: "Check the path given for the videos.")
        }
        let found = isFolder.boolValue ? try filesBelowFolder() : try [singleFile()]
        guard !found.isEmpty else {
            throw ShotlistError(
                .noVideos, "There is no video below '\(inputVideoPath)'.",
                remedy: Self.extensionsRemedy)
        }
        return videoLimit.map { Array(found.prefix($0)) } ?? found
    }

    public func probe(_ file: VideoFile) throws(ShotlistError) -> Video {
        if let problem = file.problem { throw problem }
        let media: any MediaReading = state.value?.media ?? MediaInProcess()
        let probed = try media.probe(path: file.inputPath, limits: state.value?.limits ?? MediaLimits())
        if verbose {
            let data = probed.metadata
            state.value?.logger.info(
                "\(file.inputPath.printable): \(data.size), \(data.numFrames) frames at \(data.framerate) a second, \(data.videoCodec)"
            )
        }
        return Video(
            inputPath: file.inputPath, relativePath: file.relativePath, metadata: probed.metadata,
            timeline: probed.timeline, warnings: probed.warnings)
    }

    private func singleFile() throws(ShotlistError) -> VideoFile {
        let url = URL(filePath: inputVideoPath)
        guard Self.extensions.contains(url.pathExtension.lowercased()) else {
            throw ShotlistError(
                .noVideos, "'\(inputVideoPath)' does not have the extension of a video.",
                remedy: Self.extensionsRemedy)
        }
        return VideoFile(
            inputPath: inputVideoPath, relativePath: url.lastPathComponent,
            sizeInBytes: FolderWalk.size(of: inputVideoPath))
    }

    private func filesBelowFolder() throws(ShotlistError) -> [VideoFile] {
        guard FileManager.default.isReadableFile(atPath: inputVideoPath) else { throw Self.closed(inputVideoPath) }
        // As a path of its own the folder that the run is in has no name.
        let root = inputVideoPath == "." ? "" : inputVideoPath == "/" ? "/" : inputVideoPath + "/"
        let files = FolderWalk.files(below: inputVideoPath).compactMap { found -> VideoFile? in
            let full = root + found.path
            if found.isClosed {
                return VideoFile(
                    inputPath: full, relativePath: found.path, sizeInBytes: 0, problem: Self.closed(full))
            }
            let suffix = (found.path as NSString).pathExtension.lowercased()
            // Without an extension it may be a folder of videos.
            if found.isUnnamed, suffix.isEmpty || Self.extensions.contains(suffix) {
                return VideoFile(
                    inputPath: full, relativePath: found.path, sizeInBytes: 0, problem: Self.unnamed(full))
            }
            guard !found.isUnnamed, Self.extensions.contains(suffix) else { return nil }
            return VideoFile(inputPath: full, relativePath: found.path, sizeInBytes: FolderWalk.size(of: full))
        }
        return files.sorted { $0.relativePath.utf8.lexicographicallyPrecedes($1.relativePath.utf8) }
    }

    /// A path without empty steps and steps to where one is. Those back stay: behind a link they lead elsewhere.
    private static func plain(_ path: String) -> String {
        guard !path.isEmpty else { return path }
        let steps = path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        if path.hasPrefix("/") { return "/" + steps }
        return steps.isEmpty ? "." : steps
    }

    private static func closed(_ folder: String) -> ShotlistError {
        ShotlistError(
            .unreadable, "The folder '\(folder)' cannot be read.",
            remedy: "Give yourself the right to read it, or name another folder.")
    }

    private static func unnamed(_ path: String) -> ShotlistError {
        ShotlistError(
            .unreadable, "'\(path)' cannot be opened: its name is no UTF-8 text, and is shown here as far as it is.",
            remedy: "Rename it.")
    }
}
