import ArgumentParser
import ShotlistCore
import ShotlistPipeline
import ShotlistStorage

/// `shotlist verify`: whether an output's files are as they were written.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every file of an output against its ledger.",
        discussion: """
            A file that is missing or changed counts as not done from now on, so that the next run makes it again. It ends \
            with 0 when every file is as it was written, and with 2 when some were not. With --rebuild it ends with 0 when \
            the ledger holds what all records tell, and with 2 when some tell too little or their video is gone.
            """)

    @Argument(help: "The output folder of a run.")
    var output: String

    @Flag(
        help: """
            Set the ledger aside and make it again from the files, as far as they tell. Run it in the folder in which the \
            run was started, so that the videos are found.
            """)
    var rebuild = false

    private var program: String { "shotlist \(shotlistVersion)" }

    func run() async throws {
        try await Ending.of {
            guard !S3Location.isOne(output) else {
                throw ShotlistError(
                    .notAvailable, "'\(output)' is in a bucket, and only files on a disk are checked in this release.",
                    remedy:
                        "Copy it to a folder with its .shotlist, and verify that; `shotlist status` reads it as it is.")
            }
            return try await rebuild ? makeAgain() : check()
        }
    }

    private func check() async throws -> Int32 {
        let report = try await OutputCheck(outputPath: output, program: program).run { problem in
            print("\(problem.kind.rawValue): \(problem.path)")
        }
        let problems = OutputProblem.Kind.allCases.compactMap { kind in
            report.problems[kind].map { ", \($0) \(kind.rawValue)" }
        }
        print("files     \(report.files), \(report.bytes) bytes\(problems.joined())")
        guard !report.isSound else { return 0 }
        if report.problems.keys.contains(where: { $0 != .unreadable }) {
            Terminal().say("The next run makes again what is missing or changed.")
        }
        if report.problems[.unreadable] != nil {
            Terminal().say("What cannot be read still counts as done. Check the disk and the rights of the output.")
        }
        return Ending.partial
    }

    private func makeAgain() async throws -> Int32 {
        let report = try await LedgerRebuild(outputPath: output, program: program).run()
        for (video, why) in report.left.sorted(by: { $0.key < $1.key }) { print("left out: \(video): \(why)") }
        if let name = report.setAside { print("the ledger of before is '\(name)'") }
        if report.wasSound {
            Terminal().say("That one was sound, and knew more than records tell; move it back to go on with it.")
        }
        print("videos    \(report.videos)")
        print("clips     \(report.clips)")
        print("windows   \(report.answers) with an answer")
        if report.unreadable > 0 { print("records   \(report.unreadable) that tell too little, or are none") }
        Terminal().say("Run the same command as before: it looks at every video once, and makes what is missing.")
        return report.left.isEmpty && report.unreadable == 0 ? 0 : Ending.partial
    }
}
