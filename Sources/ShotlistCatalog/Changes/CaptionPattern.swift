import Foundation
import ShotlistCore

/// What a bulk change looks for in captions, and what it puts in its place.
///
/// Regular expressions are ICU's, through `NSRegularExpression`, and not Swift's own: ICU asks from time to time during one
/// match whether it is to go on, so that a pattern that takes for ever is stopped after ``patience``, and at once when the
/// bulk change is cancelled. Swift's `Regex` cannot be stopped once it runs.
final class CaptionPattern {
    /// The seconds that one caption may take.
    static let patience = 0.5
    /// The most bytes that replacing may make of one caption.
    private static let mostBytes = ReviewState.mostBytes
    /// `NSRegularExpression` on Linux keeps the places of the whole match and six groups, and writes beyond them when there
    /// are more: `stack_ranges[7]` in CFRegularExpression.c.
    private static let mostGroups = 6

    private let expression: NSRegularExpression
    private let replacement: [Piece]
    private let isCancelled: () -> Bool

    private enum Piece {
        case text(String)
        case group(Int)
    }

    /// - Parameter isCancelled: asked from time to time.
    /// - Throws: ``ShotlistError`` (`filter_invalid`) for an expression that is none.
    init(
        find: String, with: String, isRegex: Bool, matchesCase: Bool, isCancelled: @escaping () -> Bool
    ) throws(ShotlistError) {
        guard !find.isEmpty, find.utf8.count <= 10_000, with.utf8.count <= 100_000 else {
            throw ShotlistError(
                .filterInvalid, "There is nothing to find, or it is too long.", remedy: "Give a few words.")
        }
        let pattern = isRegex ? find : NSRegularExpression.escapedPattern(for: find)
        do {
            expression = try NSRegularExpression(pattern: pattern, options: matchesCase ? [] : [.caseInsensitive])
        } catch {
            throw ShotlistError(
                .filterInvalid, "'\(find.printable)' is no regular expression.",
                remedy: "Check its brackets, or search for it as plain text.")
        }
        guard expression.numberOfCaptureGroups <= Self.mostGroups else {
            throw ShotlistError(
                .filterInvalid, "The regular expression has more than \(Self.mostGroups) groups.",
                remedy: "Write (?:...) for groups that the replacement does not name.")
        }
        replacement = try isRegex ? Self.pieces(with, groups: expression.numberOfCaptureGroups) : [.text(with)]
        self.isCancelled = isCancelled
    }

    /// The caption with all that is found replaced; nil when nothing is.
    ///
    /// - Throws: ``ShotlistError``: `filter_invalid` when it takes too long or makes too much, `cancelled`.
    func replacing(in caption: String) throws(ShotlistError) -> String? {
        let text = caption as NSString
        var matches: [NSTextCheckingResult] = []
        var isStopped = false
        var hasFailed = false
        var calls = 0
        let start = ContinuousClock.now
        let limit = Duration.seconds(Self.patience)
        expression.enumerateMatches(
            in: caption, options: [.reportProgress, .reportCompletion], range: NSRange(location: 0, length: text.length)
        ) { [isCancelled] match, flags, stop in
            if let match { matches.append(match) }
            if flags.contains(.internalError) { hasFailed = true }
            // It is asked at every place where a match might begin, and at every 10,000 steps of one.
            calls += 1
            guard calls % 64 == 0 || match != nil else { return }
            if ContinuousClock.now - start > limit || isCancelled() {
                isStopped = true
                stop.pointee = true
            }
        }
        if isCancelled() { throw ShotlistError.givenUp }
        guard !isStopped, !hasFailed else {
            throw ShotlistError(
                .filterInvalid,
                "The regular expression takes too long on a caption: '\(String(caption.prefix(60)).printable)'.",
                remedy: "Avoid repeats inside repeats, such as (a+)+.")
        }
        guard !matches.isEmpty else { return nil }
        return try result(text, matches)
    }

    private func result(_ text: NSString, _ matches: [NSTextCheckingResult]) throws(ShotlistError) -> String {
        var result = ""
        var end = 0
        for match in matches {
            result += text.substring(with: NSRange(location: end, length: match.range.location - end))
            end = match.range.location + match.range.length
            for piece in replacement {
                switch piece {
                case .text(let words): result += words
                case .group(let group):
                    let range = match.range(at: group)
                    if range.location != NSNotFound { result += text.substring(with: range) }
                }
            }
            guard result.utf8.count <= Self.mostBytes else {
                throw ShotlistError(
                    .filterInvalid, "Replacing would make a caption of more than \(Self.mostBytes >> 20) MiB.",
                    remedy: "Find more than an empty place.")
            }
        }
        return result + text.substring(from: end)
    }

    /// The replacement's words and groups: `$1`, `\n`, `\t`, and `\` before anything else for that itself.
    private static func pieces(_ template: String, groups: Int) throws(ShotlistError) -> [Piece] {
        var pieces: [Piece] = []
        var words = ""
        var rest = template[...]
        while let character = rest.popFirst() {
            if character == "\\", let next = rest.popFirst() {
                words += next == "n" ? "\n" : next == "t" ? "\t" : String(next)
            } else if character == "$", let digit = rest.first, digit.isASCII, let group = digit.wholeNumberValue {
                guard group <= groups else {
                    throw ShotlistError(
                        .filterInvalid, "The replacement names the group $\(group), and the expression has \(groups).",
                        remedy: "Write \\$ for a dollar sign.")
                }
                rest.removeFirst()
                pieces += [.text(words), .group(group)]
                words = ""
            } else {
                words.append(character)
            }
        }
        return pieces + [.text(words)]
    }
}
