import Foundation
import ShotlistCore

/// The converter's Python, llama.cpp's sources and our script around them.
struct ConversionEnvironment: Sendable {
    /// The Python that has the packages.
    let python: String
    /// The folder of llama.cpp with `convert_hf_to_gguf.py`.
    let sources: String
    /// `convert.py`.
    let script: String

    private static let scriptName = "convert.py"

    /// The environment, made on first need below a folder; minutes and about 1 GB the first time.
    ///
    /// - Throws: ``ShotlistError`` (`not_available`) that says what is missing; `CancellationError`.
    static func make(
        in cacheFolder: String, onEvent: @escaping PreparationEvent.Handler
    ) async throws -> ConversionEnvironment {
        guard
            let folder = SharedFiles.folder(
                with: scriptName, checkout: "scripts/convert", installed: "convert")
        else {
            throw ShotlistError(
                .notAvailable, "The scripts that convert models are not beside the program.",
                remedy: "Run `make install`, or copy share/shotlist/convert to where the program is.")
        }
        let lines = LineCollector()
        let tool = ToolProcess(program: "/bin/bash", arguments: ["\(folder)/environment.sh", cacheFolder])
        let ending = try await tool.run(onOutput: { lines.add($0) }) { line in
            if line.hasPrefix("installing") || line.hasPrefix("fetching") {
                onEvent(.note(line.prefix(1).uppercased() + line.dropFirst() + "."))
            }
        }
        guard ending.status == 0, lines.all.count == 2 else { throw failure(ending) }
        return ConversionEnvironment(
            python: lines.all[0], sources: lines.all[1], script: "\(folder)/\(scriptName)")
    }

    /// Where the environment is kept: `shotlist` in `XDG_CACHE_HOME` or in `~/.cache`.
    static var userCacheFolder: String {
        let environment = ProcessInfo.processInfo.environment
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache + "/shotlist" }
        return NSHomeDirectory() + "/.cache/shotlist"
    }

    /// The sentence for an exit code of `environment.sh`.
    private static func failure(_ ending: ToolProcess.Ending) -> ShotlistError {
        let said = ending.lastErrors.last ?? "it ended with \(ending.status)"
        let remedy =
            switch ending.status {
            case 10: "Install Python 3.10 or later, or name one with SHOTLIST_CONVERT_PYTHON."
            case 11: "On Debian: apt-get install python3-venv python3-pip."
            case 12: "Check the network and pip's settings, then run the same command again."
            case 13: "Check which package index pip uses; nothing of that file was run."
            case 14: "Give yourself the right to write there, or name another folder with XDG_CACHE_HOME."
            default: "Run scripts/convert/environment.sh by hand to see more."
            }
        return ShotlistError(
            .notAvailable, "The environment that converts models could not be made: \(said).", remedy: remedy)
    }
}
