/// A command line as a ledger keeps it: what follows the program's name, and the folder in which it was given.
///
/// Secrets are not in it. Keys come from the environment or from files; what an address may hold of them is left out, and
/// so is what is passed on to a server's program.
public struct RecordedCommand: Sendable, Hashable {
    /// Arguments, such as `run` and `--video-dir`.
    public let arguments: [String]
    /// The folder that relative paths among them begin in.
    public let folder: String

    /// What stands in the place of what is left out.
    public static let redacted = "REDACTED"

    /// Keeps a command line, without secrets.
    public init(arguments: [String], folder: String) {
        var kept: [String] = []
        for argument in arguments {
            kept.append(kept.last == Self.passedOn ? Self.redacted : Self.withoutSecrets(argument))
        }
        self.arguments = kept
        self.folder = folder
    }

    /// A command line that asks for all of an output where one asked for a share of it.
    static func withoutShare(_ arguments: [String]) -> [String] {
        var kept: [String] = []
        var isValue = false
        for argument in arguments {
            if isValue {
                isValue = false
            } else if argument == "--shard" {
                isValue = true
            } else if !argument.hasPrefix("--shard=") {
                kept.append(argument)
            }
        }
        return kept
    }

    /// The option whose values are another program's, which takes keys on its command line.
    private static let passedOn = "--vllm-argument"

    private static func withoutSecrets(_ argument: String) -> String {
        if argument.hasPrefix(passedOn + "=") { return "\(passedOn)=\(redacted)" }
        // A prompt may have any words, and an address has no spaces.
        guard !argument.contains(where: \.isWhitespace), let scheme = argument.firstRange(of: "://") else {
            return argument
        }
        let rest = argument[scheme.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        var host = rest[..<end]
        var isChanged = false
        if let at = host.lastIndex(of: "@") {
            host = host[host.index(after: at)...]
            isChanged = true
        }
        let path = rest[end...].prefix { $0 != "?" }
        let query = path.endIndex == rest.endIndex ? "" : "?\(redacted)"
        return "\(argument[..<scheme.upperBound])\(isChanged ? redacted + "@" : "")\(host)\(path)\(query)"
    }
}
