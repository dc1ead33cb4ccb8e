import ArgumentParser
import ShotlistCore
import ShotlistExport
import ShotlistStorage

/// `shotlist export`: clips and captions in the form that a trainer reads.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Hand clips and captions over in the form that a trainer reads.",
        discussion: """
            It reads an output folder of Shotlist or of NeMo Curator, with what people made of it in \
            `shotlist review`. Windows that a person rejected are left out unless --decision rejected asks for them. \
            It says what is left out before it writes. It ends with 0 when everything is as planned, and with 2 when \
            clips could not be made, or records of the output could not be read.
            """)

    @Argument(help: "The output folder of a run.")
    var output: String

    @OptionGroup(title: "Form") var form: ExportOptions
    @OptionGroup(title: "Windows") var windows: FilterOptions
    @OptionGroup(title: "Clips") var clips: ExportClipOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions

    func run() async throws {
        let terminal = Terminal()
        try await Ending.of(terminal) {
            try S3Location.refuse(output, "exported")
            try checkTo()
            let job = ExportJob(
                output: output, to: form.to, isDry: form.dryRun, replaces: form.replace, settings: try settings(),
                filter: try windows.filter(), terminal: terminal)
            return try await Interrupt.cancelling(terminal: terminal) { try await job.run() }
        }
    }

    /// A bucket is no folder: it would become one of the name `s3:`.
    private func checkTo() throws(ShotlistError) {
        guard let to = form.to, S3Location.isOne(to) else { return }
        throw ShotlistError(
            .notAvailable, "'\(to.printable)' is in a bucket, and an export is written to a disk in this release.",
            remedy: "Give --to a folder, and copy that to the bucket.")
    }

    private func settings() throws(ShotlistError) -> ExportSettings {
        var settings = try form.settings()
        settings.needs = try clips.needs()
        settings.placement = clips.clips
        settings.limits = try limits.limits()
        settings.takesRejected = windows.decision.contains(.rejected)
        settings.leavesChangedOut = windows.decision.allSatisfy { $0 == .approved } && !windows.decision.isEmpty
        return settings
    }
}
