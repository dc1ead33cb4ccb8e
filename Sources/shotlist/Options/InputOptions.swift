import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistPipeline
import ShotlistStorage

/// What is read and where it is written.
struct InputOptions: ParsableArguments {
    @Option(help: "The folder of videos, or one video file; s3://BUCKET/FOLDER for those of a bucket.")
    var videoDir: String

    @Option(
        name: [.customLong("output-path"), .customLong("output-clip-path")],
        help: "The folder to write below; made if missing. s3://BUCKET/FOLDER writes into a bucket.")
    var outputPath: String

    @Option(
        help: """
            With an output in a bucket: the folder of this machine that holds the ledger, and files on their way, of \
            this output alone. The default is one below ~/.cache/shotlist for each output.
            """)
    var workDir: String?

    @Option(
        help: ArgumentHelp(
            """
            Make this part of the clips alone, the I-th of N, beside other runs on this or other machines that make the \
            others below the same output path; `shotlist merge` makes one output of them.
            """,
            valueName: "i/n"))
    var shard: String?

    @Option(parsing: .unconditional, help: "The most videos to take.")
    var videoLimit: Int?

    @Flag(name: .customLong("no-upload-clips"), help: "Do not keep the clips' files.")
    var noUploadClips = false

    @Flag(help: "Do everything, and write nothing.")
    var dryRun = false

    /// What finds the videos.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`).
    func addReader(to pipeline: inout Pipeline, verbose: Bool, terminal: Terminal) throws(ShotlistError) {
        guard S3Location.isOne(videoDir) else {
            pipeline.addStage(try VideoReader(inputVideoPath: videoDir, videoLimit: videoLimit, verbose: verbose))
            return
        }
        pipeline.addStage(
            try S3VideoReader(
                location: S3Location(videoDir), bucket: bucket(terminal), videoLimit: videoLimit, verbose: verbose))
    }

    /// What writes.
    ///
    /// - Parameter share: what is made of the output; nil for what the flags say.
    /// - Throws: ``ShotlistError`` (`invalid_argument`).
    func writer(_ terminal: Terminal, share: OutputShare? = nil) throws(ShotlistError) -> ClipWriterStage {
        guard S3Location.isOne(outputPath) else {
            guard workDir == nil else { throw Self.workDirOfFolder(outputPath) }
            return ClipWriterStage(
                outputPath: outputPath, uploadClips: !noUploadClips, dryRun: dryRun,
                share: try self.share(or: share))
        }
        let (location, share) = (try S3Location(outputPath), try self.share(or: share))
        let own = share.folder.map(location.appending) ?? location
        let folder: String = if let workDir { workDir } else { try WorkFolder.path(of: own) }
        return ClipWriterStage(
            location: location, bucket: try bucket(terminal),
            workFolder: folder, uploadClips: !noUploadClips, dryRun: dryRun, share: share)
    }

    static func workDirOfFolder(_ outputPath: String) -> ShotlistError {
        ShotlistError(
            .invalidArgument, "--work-dir is for outputs in a bucket, and '\(outputPath)' is none.",
            remedy: "Leave it out.")
    }

    /// What is made of the output: `given`, or what the flags say.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`).
    private func share(or given: OutputShare?) throws(ShotlistError) -> OutputShare {
        if let given { return given }
        guard let shard else { return .whole }
        return .shard(try Shard(shard))
    }

    func bucket(_ terminal: Terminal) throws(ShotlistError) -> S3Bucket { try Self.bucket(terminal) }

    /// A client that says why it waits.
    static func bucket(_ terminal: Terminal) throws(ShotlistError) -> S3Bucket {
        var settings = try S3Settings()
        settings.retries.onRetry = { terminal.say($0.printable, level: .notice) }
        return S3Bucket(settings: settings)
    }
}
