/// Names that someone may have meant.
enum NearestNames {
    /// The names at the smallest edit distance from `name`, when that is at most a third of its length (at least 1), in
    /// their order.
    static func of(_ name: String, among names: [String]) -> [String] {
        let wanted = name.lowercased()
        let distances = names.map { (name: $0, distance: distance(Array(wanted), Array($0.lowercased()))) }
        guard let least = distances.map(\.distance).min(), least <= max(1, wanted.count / 3) else { return [] }
        return distances.filter { $0.distance == least }.map(\.name)
    }

    /// Levenshtein's distance: insertions, deletions and replacements from one text to the other.
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var row = Array(0...other.count)
        for (i, a) in one.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in other.enumerated() {
                let replaced = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[other.count]
    }
}
