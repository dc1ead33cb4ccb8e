import ArgumentParser

/// What is read and where it is written.
struct InputOptions: ParsableArguments {
    @Option(help: "The folder of videos, or one video file.")
    var videoDir: String

    @Option(
        name: [.customLong("output-path"), .customLong("output-clip-path")],
        help: "The folder to write below; made if missing.")
    var outputPath: String

    @Option(parsing: .unconditional, help: "The most videos to take.")
    var videoLimit: Int?

    @Flag(name: .customLong("no-upload-clips"), help: "Do not keep the clips' files.")
    var noUploadClips = false

    @Flag(help: "Do everything, and write nothing.")
    var dryRun = false
}
