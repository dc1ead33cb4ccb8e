import Foundation

/// What a profile in AWS's files says: `~/.aws/credentials` and `~/.aws/config`.
///
/// Source of the format: <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>. Settings within settings
/// (indented lines) are left out.
struct AWSProfile: Sendable {
    private var values: [String: String] = [:]

    /// The profile that the environment names; empty where there are no files.
    init(environment: [String: String]) {
        let name = environment["AWS_PROFILE"].flatMap { $0.isEmpty ? nil : $0 } ?? "default"
        let home = (environment["HOME"] ?? NSHomeDirectory()) + "/.aws/"
        let config = environment["AWS_CONFIG_FILE"] ?? home + "config"
        let credentials = environment["AWS_SHARED_CREDENTIALS_FILE"] ?? home + "credentials"
        read(config, sections: name == "default" ? ["default", "profile default"] : ["profile \(name)"])
        // What both say is told by the file of credentials.
        read(credentials, sections: [name])
    }

    /// A setting; nil where it is not said.
    subscript(_ name: String) -> String? {
        values[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private mutating func read(_ path: String, sections: Set<String>) {
        guard let data = FileManager.default.contents(atPath: path) else { return }
        var isOurs = false
        for line in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard let first = line.first, !first.isWhitespace, first != "#", first != ";" else { continue }
            if first == "[" {
                let name = line.dropFirst().prefix { $0 != "]" }
                isOurs = sections.contains(
                    name.split(whereSeparator: \.isWhitespace).joined(separator: " "))
            } else if isOurs {
                let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
                if parts.count == 2 { values[parts[0].lowercased()] = parts[1] }
            }
        }
    }
}
