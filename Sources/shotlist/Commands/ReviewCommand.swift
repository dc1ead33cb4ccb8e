import ArgumentParser
import Foundation
import ShotlistCatalog
import ShotlistCore
import ShotlistReview
import ShotlistStorage

/// `shotlist review`: captions beside moving pictures, in the browser.
struct ReviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Look at an output's captions in the browser, and correct them.",
        discussion: """
            It serves a web app on this machine's own address until Ctrl-C, also while a run goes on. What people \
            change is kept in OUTPUT/.shotlist/review.sqlite, apart from what the model said; `shotlist export` takes it from \
            there. Outputs of NeMo Curator can be reviewed, too.
            """)

    @Argument(help: "The output folder of a run.")
    var output: String

    @Option(help: "The port to listen on; 0 picks a free one.")
    var port = 0

    @Option(
        help: """
            The IP address to listen on. Another than this machine's own (127.0.0.1) needs an access token, which the \
            environment has in SHOTLIST_REVIEW_TOKEN.
            """)
    var host = "127.0.0.1"

    @Flag(help: "Do not open the browser. With an access token it is never opened.")
    var noBrowser = false

    @Option(name: .customLong("export-html"), help: "Write one HTML file for a glance, and serve nothing.")
    var exportHTML: String?

    @Option(help: "Who reviews, as changes are signed; the name of the login where it is not given.")
    var name: String?

    @OptionGroup(title: "Checks") var checks: CheckOptions
    @OptionGroup(title: "Processes that read videos") var isolation: IsolationOptions

    func run() async throws {
        let terminal = Terminal()
        try await Ending.of(terminal) {
            try S3Location.refuse(output, "reviewed")
            let options = ReviewOptions(
                outputPath: output, host: host, port: port, accessToken: Self.token, person: person,
                isolation: try isolation.isolation())
            try options.check()
            let choices = try checks.choices()
            return try await exportHTML == nil
                ? serve(options, choices, terminal) : export(options, choices, terminal)
        }
    }

    private func serve(
        _ options: ReviewOptions, _ choices: CheckChoices, _ terminal: Terminal
    ) async throws -> Int32 {
        let catalog = try await Catalog.open(outputPath: output, by: options.person, checks: choices, waits: false)
        let server = try ReviewServer(catalog, options: options, logger: terminal.logger(verbose: false))
        // A program's arguments, in which the address would stand, are for every person of the machine to read.
        let opens = !noBrowser && options.accessToken == nil
        do {
            // A run that asks the model again is ended after fifteen seconds.
            try await Interrupt.cancelling(terminal: terminal, patience: 20) {
                try await server.run { address in
                    print("Review of \(options.outputPath.printable), signed '\(options.person.printable)': \(address)")
                    // Who reads it from a pipe waits for this line.
                    fflush(nil)
                    // The server answers no one before this returns: a first index takes a while, and what opens a browser
                    // may, too.
                    Task { await Self.sayWhatIsAmiss(catalog, terminal) }
                    guard opens else { return }
                    Task {
                        if await Browser.open(address) { return }
                        terminal.say("No browser could be opened; open the address above.")
                    }
                }
            }
        } catch is CancellationError {
            // Ctrl-C is how a review ends.
        }
        try await catalog.close()
        return 0
    }

    /// Says which records cannot be read, and which edits have no window, once the output is looked through.
    private static func sayWhatIsAmiss(_ catalog: Catalog, _ terminal: Terminal) async {
        do {
            _ = try await catalog.refresh()
            for sentence in try await catalog.state().sentences { terminal.say(sentence) }
        } catch {
            // The page says so while it lasts.
        }
    }

    private func export(
        _ options: ReviewOptions, _ choices: CheckChoices, _ terminal: Terminal
    ) async throws -> Int32 {
        let catalog = try await Catalog.open(outputPath: output, by: options.person, checks: choices)
        let report = try await StaticReview(catalog, outputPath: output).write(to: exportHTML ?? "")
        let amiss = try await catalog.state().sentences
        try await catalog.close()
        print("\(report.windows) of \(report.all) windows in \((exportHTML ?? "").printable)")
        for sentence in amiss { terminal.say(sentence) }
        if report.withoutPicture > 0 {
            terminal.say("\(report.withoutPicture) previews are missing, or had no room in the file.")
        }
        return 0
    }

    private var person: String {
        let given = name ?? NSUserName()
        return given.isEmpty ? "unknown" : given
    }

    private static var token: String? {
        ProcessInfo.processInfo.environment["SHOTLIST_REVIEW_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
    }
}
