import Foundation

/// Whether the files of a cache can be a whole checkpoint.
///
/// A tool that stopped early, or that wanted one file only, leaves a snapshot that looks like a smaller repository:
/// only the names can tell.
enum SnapshotCheck {
    private static let tokenizers: Set<String> = ["tokenizer.json", "vocab.json"]

    /// Whether there are files, every numbered set has all of its members, and, where weights are wanted, there are
    /// weights and a tokenizer.
    static func isWhole(_ paths: Set<String>, patterns: [String]) -> Bool {
        guard !paths.isEmpty, hasWholeSets(paths) else { return false }
        guard patterns.contains("*.safetensors") else { return true }
        guard paths.contains(where: { $0.hasSuffix(".safetensors") }) else { return false }
        return !patterns.contains("*.json")
            || paths.contains { path in
                path.hasSuffix(".model") || tokenizers.contains((path as NSString).lastPathComponent)
            }
    }

    /// Whether of the names `<stem>-NNNNN-of-MMMMM.<ending>` with the same stem, MMMMM and ending there are MMMMM.
    private static func hasWholeSets(_ paths: Set<String>) -> Bool {
        var counts: [String: (found: Int, wanted: Int)] = [:]
        for path in paths {
            guard let match = path.firstMatch(of: /-[0-9]{5}(-of-([0-9]{5})\.[^\/]*)$/), let wanted = Int(match.2)
            else {
                continue
            }
            let set = String(path[..<match.range.lowerBound]) + String(match.1)
            counts[set, default: (0, wanted)].found += 1
        }
        return counts.values.allSatisfy { $0.found >= $0.wanted }
    }
}
