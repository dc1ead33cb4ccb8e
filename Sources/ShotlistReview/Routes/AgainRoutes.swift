import Foundation
internal import Hummingbird
import NIOPosix
import ShotlistCatalog
import ShotlistCore
import ShotlistLedger

extension ReviewRoutes {
    /// The most bytes of a request, with the names of 10,000 windows in it.
    private static let mostOfAgain = 1 << 20

    private struct Started: Encodable {
        let run: AgainRun.Progress?
    }

    private struct Written: Encodable {
        let command: String
    }

    /// Asking the model again about some windows: the command is shown first, then started.
    func addAgain(to router: Router<BasicRequestContext>) {
        router.get("/api/again") { [again] _, _ in
            try JSONBody.response(Started(run: again.progress()))
        }
        router.post("/api/again/preview") { request, _ in
            let body = try await JSONBody.read(AgainBody.self, of: request, most: Self.mostOfAgain)
            let count = try await catalog.count(try body.filter())
            let name = AgainFolder.name()
            let command = try await command(name, try body.checkedPrompt())
            let unknown = "The ledger does not tell by which command this output was made."
            return try JSONBody.response(
                AgainPreviewBody(
                    count: count, name: name, command: command?.text,
                    reason: command == nil ? unknown : command?.refusal))
        }
        // For a terminal: the file that the command names.
        router.post("/api/again/list") { request, _ in
            let (command, _, _) = try await written(request)
            return try JSONBody.response(Written(command: command.text))
        }
        router.post("/api/again/start") { [again, options] request, _ in
            let (command, name, count) = try await written(request)
            if let refusal = command.refusal {
                throw ShotlistError(.notAvailable, refusal, remedy: "Run the command in a terminal.")
            }
            let log = AgainFolder(output: output).log(name)
            try await NIOThreadPool.singleton.runIfActive {
                try again.start(command, program: options.executable, log: log, windows: count)
            }
            return try JSONBody.response(Started(run: again.progress()))
        }
        router.post("/api/again/cancel") { [again] _, _ in
            again.cancel()
            return try JSONBody.response(Started(run: again.progress()))
        }
    }

    /// The output's whole path: the run is started elsewhere.
    private var output: String { URL(filePath: options.outputPath).standardizedFileURL.path }

    /// Writes the windows of a request down, when the command is still the one that the person saw.
    private func written(_ request: Request) async throws -> (command: AgainCommand, name: String, count: Int) {
        let body = try await JSONBody.read(AgainBody.self, of: request, most: Self.mostOfAgain)
        guard let name = body.name, AgainFolder.isName(name) else {
            throw ShotlistError(
                .invalidArgument, "The command was not looked at.", remedy: "Open the dialog again.")
        }
        guard let command = try await command(name, try body.checkedPrompt()) else {
            throw ShotlistError(
                .notAvailable, "The ledger does not tell by which command this output was made.",
                remedy: "Run it in a terminal.")
        }
        let keys = try await catalog.keys(try body.filter())
        guard !keys.isEmpty else {
            throw ShotlistError(.invalidArgument, "No window is found.", remedy: "Select others.")
        }
        guard command.text == body.command, keys.count == body.count else {
            throw ShotlistError(
                .conflict, "The windows or the command are not those that were shown.",
                remedy: "Look at the command again.")
        }
        let folder = AgainFolder(output: output)
        try await NIOThreadPool.singleton.runIfActive { try folder.write(keys, as: name) }
        return (command, name, keys.count)
    }

    /// The command; nil where the ledger does not know how the output was made.
    private func command(_ name: String, _ prompt: String) async throws -> AgainCommand? {
        let told = try await catalog.askLedger { ledger throws(ShotlistError) in try await ledger.lastCommand() }
        return (told ?? nil).map { recorded in
            AgainCommand(recorded, output: output, list: AgainFolder(output: output).list(name), prompt: prompt)
        }
    }
}
