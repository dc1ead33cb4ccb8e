import Foundation
import ShotlistCore
import ShotlistLedger

/// The command that asks about selected windows again, as the last run's command and a new prompt make it.
struct AgainCommand: Sendable {
    /// What follows the program's name.
    let arguments: [String]
    /// The folder to give it in.
    let folder: String
    /// Why the review does not start it; nil when it does. It can be given in a terminal then.
    let refusal: String?

    /// Makes a command. Every value is one word of it, whatever it holds.
    ///
    /// - Parameters:
    ///   - recorded: that of the last run, which is data as everything of the output is.
    ///   - output: the output's whole path.
    ///   - list: the path of the file that names the windows.
    init(_ recorded: RecordedCommand, output: String, list: String, prompt: String) {
        var reader = Reader()
        reader.read(recorded)
        var isFolder: ObjCBool = false
        if !FileManager.default.fileExists(atPath: recorded.folder, isDirectory: &isFolder) || !isFolder.boolValue {
            reader.refuse("The folder of the last run, '\(recorded.folder.printable)', is not there.")
        }
        // Models are looked for from there, or where the command says: files that came with an output are none of ours.
        for place in [recorded.folder] + reader.modelFolders where Self.isBelow(output, place, from: recorded.folder) {
            reader.refuse("The last command looks for models in '\(place.printable)', a folder of the output.")
        }
        folder = recorded.folder
        refusal = reader.refusal
        arguments =
            ["run"] + reader.kept + [
                "--output-path=\(output)", "--only-windows=\(list)", "--captioning-prompt-text=\(prompt)",
                "--on-existing=append",
            ]
    }

    /// Whether a place, seen from a folder, is the output or a folder in it.
    private static func isBelow(_ output: String, _ place: String, from folder: String) -> Bool {
        guard folder.hasPrefix("/") else { return true }
        let whole = URL(filePath: place, relativeTo: URL(filePath: folder, directoryHint: .isDirectory))
            .standardizedFileURL.resolvingSymlinksInPath().path
        let root = URL(filePath: output).standardizedFileURL.resolvingSymlinksInPath().path
        return whole == root || whole.hasPrefix(root.hasSuffix("/") ? root : root + "/")
    }

    /// As one types it in a terminal.
    var text: String {
        let words = ["shotlist"] + arguments
        return "cd \(ShellWord.quoted(folder)) && " + words.map { ShellWord.quoted($0) }.joined(separator: " ")
    }

    /// Reads recorded arguments, option by option.
    private struct Reader {
        var kept: [String] = []
        private(set) var refusal: String?

        /// Where the command looks for models, as far as it says so.
        var modelFolders: [String] {
            let option = "--model-dir="
            return kept.filter { $0.hasPrefix(option) }.map { String($0.dropFirst(option.count)) }
        }

        mutating func refuse(_ reason: String) {
            if refusal == nil { refusal = reason }
        }

        mutating func read(_ recorded: RecordedCommand) {
            var words = recorded.arguments[...]
            if words.popFirst() != "run" { refuse("The last command was none that captions.") }
            while let word = words.popFirst() {
                let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = parts.first.map(String.init) ?? ""
                let inline = parts.count == 2 ? String(parts[1]) : nil
                guard let fate = AgainOptions.fates[name] else {
                    refuse("'\(name.prefix(60).description.printable)' is no option that a review passes on.")
                    kept.append(word)
                    continue
                }
                read(name, fate, inline: inline, &words)
            }
            if !kept.contains("--generate-captions") { kept.append("--generate-captions") }
            if !kept.contains(where: { $0.hasPrefix("--video-dir=") }) {
                refuse("The last command names no videos.")
            }
            if kept.contains(where: { $0.contains(RecordedCommand.redacted) }) {
                refuse("The last command had a secret in it, which the ledger does not keep: fill it in.")
            }
        }

        private mutating func read(
            _ name: String, _ fate: AgainOptions.Fate, inline: String?, _ words: inout ArraySlice<String>
        ) {
            switch fate {
            case .passesAlone: kept.append(name)
            case .leftOutAlone: break
            case .leftOut:
                if inline == nil { _ = words.popFirst() }
            case .passes, .refused:
                guard let value = inline ?? words.popFirst() else {
                    refuse("'\(name)' has no value in the last command.")
                    return
                }
                var reason = AgainOptions.refusal(of: name, value)
                if case .refused(let why) = fate { reason = why }
                if let reason { refuse("The review starts no run with '\(name)': \(reason).") }
                kept.append("\(name)=\(value)")
            }
        }
    }
}
