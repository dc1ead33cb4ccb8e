import ArgumentParser

/// The command line. It alone picks concrete engines.
struct Shotlist: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shotlist",
        abstract: "Captions and previews video data sets.",
        discussion: """
            Cuts videos into clips and windows of frames, shows each window to a vision-language model, draws a small \
            animated preview of it, and writes clips, previews and records for training and review.

            Exit codes: 0 all done; 1 the run failed; 2 the run ended, but some videos, clips or windows failed; \
            64 wrong usage; 75 no server could be asked; 130 interrupted.
            """,
        version: shotlistVersion,
        subcommands: [
            RunCommand.self, MergeCommand.self, WorkerCommand.self, StatusCommand.self, VerifyCommand.self,
            ReviewCommand.self,
            ExportCommand.self,
            VideosCommand.self, ProbeCommand.self, PreviewCommand.self, FramesCommand.self, ModelsCommand.self,
            ServeCommandCommand.self,
            DoctorCommand.self,
        ])
}

/// The version of this release, as CHANGELOG.md has it.
let shotlistVersion = "0.1.0"
