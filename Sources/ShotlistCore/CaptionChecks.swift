/// What a reader may doubt in a caption, told from its words alone.
package enum CaptionChecks {
    /// The flags that `caption` earns.
    package static func flags(of caption: String) -> [WindowFlag] {
        var flags: [WindowFlag] = []
        if isRepeating(caption) { flags.append(.repeating) }
        if isRefusal(caption) { flags.append(.refused) }
        return flags
    }

    /// A run of at least four equal phrases of one to twelve words makes a caption a repeating one, when the run
    /// covers eight words or more: a model that is caught in a loop goes on far longer, and prose does not.
    package static func isRepeating(_ caption: String) -> Bool {
        if endsInALoop(caption) { return true }
        let words = caption.lowercased().split(whereSeparator: \.isWhitespace)
        for length in 1...12 {
            let repeats = max(4, (8 + length - 1) / length)
            guard words.count >= repeats * length else { continue }
            var equal = 0
            for index in length..<words.count {
                equal = words[index] == words[index - length] ? equal + 1 : 0
                if equal >= (repeats - 1) * length { return true }
            }
        }
        return false
    }

    /// Words are not set apart by spaces in every language: a caption whose last 48 characters or more are one piece of up to
    /// 40, at least four times, is caught in a loop as well.
    private static func endsInALoop(_ caption: String) -> Bool {
        let end = Array(caption.suffix(240))
        for length in 1...40 {
            var equal = length
            for index in stride(from: end.count - 1 - length, through: 0, by: -1) {
                guard end[index] == end[index + length] else { break }
                equal += 1
            }
            if equal >= 48, equal >= 4 * length { return true }
        }
        return false
    }

    /// How the models of the registry begin when they decline.
    private static let refusals = [
        "i cannot", "i can't", "i can’t", "i'm sorry", "i’m sorry", "i am sorry", "i am unable", "i'm unable",
        "i’m unable", "sorry, but", "as an ai",
    ]

    package static func isRefusal(_ caption: String) -> Bool {
        let start = caption.lowercased().drop(while: \.isWhitespace)
        return refusals.contains { start.hasPrefix($0) }
    }
}
