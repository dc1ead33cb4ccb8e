import ArgumentParser
import Foundation
import ShotlistCatalog
import ShotlistCore

/// By what captions are doubted.
struct CheckOptions: ParsableArguments {
    @Option(
        help: """
            A file of words or phrases that no caption should have, one a line, in any case; an empty one takes those of before \
            away. It is read once: the output keeps them.
            """)
    var bannedWords: String?

    @Option(
        help: """
            The language in which captions should be, by its code of two letters, such as en; any does not look. The output \
            keeps it; en to begin with.
            """)
    var language: String?

    @Option(
        parsing: .unconditional,
        help: "How many words captions should have, such as 5-400. The output keeps it; 5-400 to begin with.")
    var captionWords: String?

    /// The largest file of words that is read, in bytes.
    private static let mostBytes = 1 << 20
    /// The most words and phrases: each caption is held against each.
    private static let mostWords = 10_000

    /// What was chosen; what was not given stays as the output has it.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for what cannot be read, naming the option.
    func choices() throws(ShotlistError) -> CheckChoices {
        var choices = CheckChoices()
        if let bannedWords { choices.bannedWords = try Self.words(ofFile: bannedWords) }
        if let language { choices.language = try Self.language(language) }
        if let captionWords {
            guard captionWords.contains("-") else {
                throw ShotlistError(
                    .invalidArgument, "--caption-words is '\(captionWords.printable)', which is no range.",
                    remedy: "Give two numbers with a dash between them, such as 5-400.")
            }
            choices.captionWords = try RangeText.integers(captionWords, "--caption-words")
        }
        return choices
    }

    private static func language(_ code: String) throws(ShotlistError) -> String {
        let code = code.lowercased()
        let isCode =
            code.utf8.count == 2 && code.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        guard isCode || code == CheckChoices.anyLanguage else {
            throw ShotlistError(
                .invalidArgument, "--language is '\(code.printable)', which is no code of a language.",
                remedy: "Give its two letters, such as en, de or zh, or any.")
        }
        return code
    }

    private static func words(ofFile path: String) throws(ShotlistError) -> [String] {
        let data = try contents(ofFile: path)
        guard let text = String(data: data, encoding: .utf8), !text.utf8.contains(0) else {
            throw refusal(path, "cannot be used: it is no text in UTF-8", "Save it as UTF-8.")
        }
        let lines = text.replacing("\u{feff}", with: "").split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var words: [String] = []
        for (index, line) in lines.enumerated() {
            let word = line.trimmingCharacters(in: .whitespaces)
            guard !word.isEmpty else { continue }
            guard word.contains(where: { $0.isLetter || $0.isNumber }) else {
                throw refusal(
                    path, "cannot be used: its line \(index + 1), '\(word.printable)', is no word",
                    "Give one word or phrase a line.")
            }
            words.append(word)
        }
        guard words.count <= mostWords else {
            throw refusal(path, "has \(words.count) words, more than \(mostWords)", "Give fewer.")
        }
        return words
    }

    private static func contents(ofFile path: String) throws(ShotlistError) -> Data {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw refusal(path, "cannot be read: \(String(cString: strerror(errno)))", "Name a file that can be read.")
        }
        // A pipe would be waited for.
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= mostBytes else {
            throw refusal(
                path, "cannot be used: it is no file, or larger than \(mostBytes >> 20) MiB", "Name a file of words.")
        }
        do {
            return try Data(contentsOf: URL(filePath: path))
        } catch {
            throw refusal(path, "cannot be read", "Check its rights.")
        }
    }

    private static func refusal(_ path: String, _ what: String, _ remedy: String) -> ShotlistError {
        ShotlistError(.invalidArgument, "The file of --banned-words, '\(path.printable)', \(what).", remedy: remedy)
    }
}
