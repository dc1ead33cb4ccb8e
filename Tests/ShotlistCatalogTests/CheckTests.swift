import Foundation
import ShotlistCatalog
import ShotlistCore
import Testing

@Suite("Captions are doubted for what is in them")
struct CheckTests {
    private let checks = CatalogChecks()

    private func flags(_ caption: String?, _ status: WindowStatus? = .success) -> Set<CatalogFlag> {
        checks.flags(of: caption, status: status)
    }

    @Test(
        "a sound caption earns no flag",
        arguments: [
            "A man in a red jacket rides a bicycle down a narrow street while people watch from the pavement.",
            "Two dogs chase a ball over wet grass.",
            "The camera pans over the Seine, where a boat named 'La Belle de la Nuit' passes under a bridge.",
            "A sign reads 東京タワー as a crowd of people walks past it in the rain at night.",
        ])
    func sound(_ caption: String) {
        #expect(flags(caption) == [])
    }

    @Test("a banned word is found where no spaces are set between words")
    func bannedWithoutSpaces() {
        var settings = CheckSettings()
        settings.bannedWords = ["自行车", "จักรยาน"]
        let checks = CatalogChecks(settings)
        #expect(checks.flags(of: "一个男人骑着红色自行车下山。", status: .success).contains(.bannedWord))
        #expect(checks.flags(of: "ผู้ชายขี่จักรยานสีแดงลงเนินเขา", status: .success).contains(.bannedWord))
        #expect(!checks.flags(of: "一个男人骑着红色汽车下山。", status: .success).contains(.bannedWord))
    }

    @Test("no words are empty; a window that was not tried is not doubted")
    func empty() {
        #expect(flags(nil) == [.empty] && flags("") == [.empty] && flags(" ... ") == [.empty])
        #expect(flags(nil, .error) == [.empty] && flags(nil, .skipped) == [])
    }

    @Test(
        "refusals",
        arguments: [
            "I'm sorry, but I can't tell what is in this video.",
            "I cannot see any frames of the video that you sent.",
            "Unfortunately, as an AI, I have no way of watching this video.",
            "It seems that I am unable to describe this video for you.",
        ])
    func refused(_ caption: String) {
        #expect(flags(caption).contains(.refused))
    }

    @Test("loops, cut ends, lengths, openings and banned words")
    func others() {
        #expect(flags(String(repeating: "the dog runs and ", count: 10)).contains(.repeating))
        #expect(flags("A man walks along a long street and", .truncated) == [.truncated])
        #expect(flags("A dog.") == [.short])
        #expect(flags((0..<500).map { "word\($0)" }.joined(separator: " ")).contains(.long))
        #expect(flags("The image shows a man on a red bicycle.") == [.opening])
        #expect(flags("The imagery shows a man on a red bicycle.") == [])
        var settings = CheckSettings()
        settings.bannedWords = ["Watermark", "stock photo"]
        let banned = CatalogChecks(settings)
        #expect(banned.flags(of: "A man holds a WATERMARK over his head.", status: nil) == [.bannedWord])
        #expect(banned.flags(of: "Here a stock-photo man holds his head.", status: nil) == [.bannedWord])
        #expect(banned.flags(of: "A man with watermarks holds his head.", status: nil) == [])
    }

    @Test(
        "another language",
        arguments: [
            ("en", "一个男人骑着自行车在街上走。", true),
            ("en", "Ein Mann fährt mit einem roten Fahrrad auf der Straße und winkt.", true),
            ("en", "Un homme est assis sur un banc dans le parc avec son chien.", true),
            ("de", "Ein Mann fährt mit einem roten Fahrrad auf der Straße und winkt.", false),
            ("de", "A man is riding a red bicycle on the street and waves to the people.", true),
            ("zh", "一个男人骑着自行车在街上走。", false),
            ("zh", "A man is riding a red bicycle on the street.", true),
            ("ja", "男が自転車に乗って街を走っている。", false),
            ("ja", "一个男人骑着自行车在街上走。", true),
            ("ru", "Мужчина едет на красном велосипеде по улице.", false),
        ])
    func language(_ code: String, _ caption: String, _ isOther: Bool) {
        var settings = CheckSettings()
        settings.language = code
        let flags = CatalogChecks(settings).flags(of: caption, status: .success)
        #expect(flags.contains(.wrongLanguage) == isOther)
        settings.language = nil
        #expect(!CatalogChecks(settings).flags(of: caption, status: .success).contains(.wrongLanguage))
    }

    @Test("near duplicates are found, and are none any more when one of them is edited or gone")
    func nearDuplicates() async throws {
        let output = try SampleOutput()
        let words = """
            A man in a red jacket rides a bicycle down a narrow street while many people watch him. The camera follows \
            him past a bakery with green doors, two parked vans and a sleeping cat until he stops at last by
            """
        let first = try output.write(["\(words) the pavement."], clip: 0)[0]
        let second = try output.write(["\(words) the pavements."], clip: 1)[0]
        try output.write(["Two dogs chase a yellow ball over the wet grass of a large park in town."], clip: 2)
        let catalog = try await output.open()
        let filter = WindowFilter.with { $0.flags = ["near_duplicate"] }
        #expect(try await catalog.keys(filter) == [first, second])
        _ = try await catalog.change(
            first, .caption("A woman sits on a bench and reads a book about the history of Rome."), expecting: 0)
        #expect(try await catalog.count(filter) == 0)
        _ = try await catalog.undo()
        #expect(try await catalog.keys(filter) == [first, second])
        try output.remove("metas/v0/\(second.clipName).json")
        _ = try await catalog.refresh()
        #expect(try await catalog.count(filter) == 0)
        try await catalog.close()
    }

    @Test("a person's caption is doubted anew, and the model's flags are not its own")
    func edited() async throws {
        let output = try SampleOutput()
        let clip = SampleClip(
            captions: ["I cannot describe this video for you."], more: ["flags": ["refused", "retried"]])
        let key = try output.write(clip)[0]
        let catalog = try await output.open()
        #expect(try await catalog.window(key)?.flags == ["refused", "retried"])
        let edited = try await catalog.change(key, .caption("A dog."), expecting: 0)
        #expect(edited.flags == ["short"])
        #expect(try await catalog.undo().first?.flags == ["refused", "retried"])
        try await catalog.close()
    }
}
