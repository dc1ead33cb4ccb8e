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

    @Option(
        help: """
            Ask about the windows that this file names alone, one on each line (<clip uuid>/<first>_<last>), and leave \
            everything else as it is. Later runs keep what comes of it.
            """)
    var onlyWindows: String?

    /// What was asked for.
    ///
    /// - Parameters:
    ///   - captions: whether windows are captioned.
    ///   - dryRun: whether nothing is written.
    ///   - isShard: whether it is of some clips alone.
    /// - Throws: ``ShotlistError``: `invalid_argument` for flags that contradict each other; `unreadable`.
    func policy(captions: Bool, dryRun: Bool, isShard: Bool) throws(ShotlistError) -> ResumePolicy {
        if isShard, join || onlyWindows != nil {
            throw ShotlistError(
                .invalidArgument,
                "--shard is of some clips, and \(join ? "--join" : "--only-windows") is of an output as a whole.",
                remedy: join ? "Leave one of the two out." : "Merge the shards first, and ask then without --shard.")
        }
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
        return ResumePolicy(
            onExisting: onExisting ?? .redo, retryFailed: retryFailed, force: force, join: join,
            onlyWindows: try selection(captions: captions, dryRun: dryRun))
    }

    private func selection(captions: Bool, dryRun: Bool) throws(ShotlistError) -> WindowSelection? {
        guard let onlyWindows else { return nil }
        let others = [
            (force, "--force", "does everything anew"), (join, "--join", "shares all that is left"),
            (onExisting == .skip, "--on-existing skip", "leaves windows as they are"),
            (dryRun, "--dry-run", "looks at no earlier run"),
        ]
        if let (_, other, what) = others.first(where: { $0.0 }) {
            throw ShotlistError(
                .invalidArgument, "--only-windows asks about some windows again, and \(other) \(what).",
                remedy: "Leave one of the two out.")
        }
        guard captions else {
            throw ShotlistError(
                .invalidArgument,
                "--only-windows asks about windows, and nothing is asked without --generate-captions.",
                remedy: "Add --generate-captions.")
        }
        return try WindowSelection(file: onlyWindows)
    }
}

extension ResumePolicy.OtherSettings: ExpressibleByArgument {}
