import ArgumentParser
import ShotlistCore
import ShotlistPipeline

/// How the run meets what earlier runs have done in its output.
struct ResumeOptions: ParsableArguments {
    @Option(
        help: """
            What is done with other settings: redo (done anew; the default), skip (left as it is, captions marked as \
            outdated) or append (done anew, earlier captions stay in the records, too).
            """)
    var onExisting: ResumePolicy.OtherSettings?

    @Flag(help: "Try again what failed, too: windows, previews, enhancements, clips and videos.")
    var retryFailed = false

    @Flag(help: "Do everything anew, whatever is done.")
    var force = false

    @Flag(help: "Share the videos with runs of the same settings that work on this output now, on this machine.")
    var join = false

    /// What was asked for.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for flags that contradict each other.
    func policy() throws(ShotlistError) -> ResumePolicy {
        if force, retryFailed || onExisting != nil {
            let other = retryFailed ? "--retry-failed" : "--on-existing"
            throw ShotlistError(
                .invalidArgument,
                "--force does everything anew, and \(other) leaves some of it as it is.",
                remedy: "Leave one of the two out.")
        }
        if join, force || retryFailed {
            throw ShotlistError(
                .invalidArgument,
                "--join shares what is left, and \(force ? "--force" : "--retry-failed") would have each run do it again.",
                remedy: "Leave one of the two out.")
        }
        return ResumePolicy(onExisting: onExisting ?? .redo, retryFailed: retryFailed, force: force, join: join)
    }
}

extension ResumePolicy.OtherSettings: ExpressibleByArgument {}
