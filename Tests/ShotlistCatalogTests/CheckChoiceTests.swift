import ShotlistCatalog
import Synchronization
import Testing

@Suite("What is chosen of the checks stays with the output")
struct CheckChoiceTests {
    private let output: SampleOutput
    private let key: WindowKey

    init() throws {
        output = try SampleOutput()
        key = try output.write(["A dog runs over the green grass.", "A man walks along a long street."])[0]
    }

    private func choices(_ set: (inout CheckChoices) -> Void) -> CheckChoices {
        var choices = CheckChoices()
        set(&choices)
        return choices
    }

    /// The windows that have a flag, once the output is opened with some choices.
    private func flagged(_ flag: String, _ choices: CheckChoices = CheckChoices()) async throws -> Int {
        let catalog = try await output.open(checks: choices)
        let count = try await catalog.count(.with { $0.flags = [flag] })
        #expect(try await catalog.facets().flags.first { $0.value == flag }?.count ?? 0 == count)
        try await catalog.close()
        return count
    }

    @Test("banned words are looked for, still when it is opened without them, and until they are taken away")
    func bannedWords() async throws {
        #expect(try await flagged("banned_word") == 0)
        #expect(try await flagged("banned_word", choices { $0.bannedWords = ["Green Grass"] }) == 1)
        let read = Mutex(0)
        let again = try await Catalog.open(outputPath: output.path, by: "Bo") { progress in
            read.withLock { $0 += progress.total }
        }
        #expect(read.withLock { $0 } == 0, "The index is not made anew with other checks.")
        #expect(try await again.window(key)?.flags == ["banned_word"])
        #expect(again.checks.settings.bannedWords == ["Green Grass"])
        try await again.close()
        // Another choice leaves this one.
        #expect(try await flagged("banned_word", choices { $0.captionWords = 1...6 }) == 1)
        #expect(try await flagged("long") == 2)
        #expect(try await flagged("banned_word", choices { $0.bannedWords = [] }) == 0)
        #expect(try await flagged("long") == 2)
    }

    @Test("the language and the number of words are kept, too; any language is one to choose")
    func others() async throws {
        #expect(try await flagged("wrong_language") == 0)
        #expect(try await flagged("wrong_language", choices { $0.language = "zh" }) == 2)
        #expect(try await flagged("wrong_language") == 2)
        #expect(try await flagged("wrong_language", choices { $0.language = CheckChoices.anyLanguage }) == 0)
        #expect(try await flagged("short", choices { $0.captionWords = 8...400 }) == 2)
        let catalog = try await output.open()
        #expect(catalog.checks.settings.language == nil && catalog.checks.settings.leastWords == 8)
        #expect(catalog.checks.settings.openings == CheckSettings().openings)
        try await catalog.close()
    }
}
