import Foundation
import ShotlistCore
import ShotlistExport
import Testing

@Suite("Which words a clip is handed over with, and to which part")
struct ChoosingTests {
    private func window() -> ExportWindow {
        var window = ExportWindow(
            clip: UUID(), start: 0, end: 9, source: "in/a.mp4", relativePath: "a.mp4", startSeconds: 0, endSeconds: 1)
        window.words.last = " the last pass \n"
        window.words.firstOfTwo = "the first pass"
        window.words.named = ["style": "noir"]
        window.tags = ["night", "city"]
        return window
    }

    @Test("the person's caption goes before the enhanced one, and that before the passes'")
    func order() {
        var window = window()
        #expect(CaptionTemplate.caption.words(of: window) == "the last pass")
        window.words.enhanced = "enhanced"
        #expect(CaptionTemplate.caption.words(of: window) == "enhanced")
        window.words.edited = "a person's"
        #expect(CaptionTemplate.caption.words(of: window) == "a person's")
        window.words = ExportWords()
        window.words.firstOfTwo = "only the first"
        #expect(CaptionTemplate.caption.words(of: window) == "only the first")
        window.words.edited = " "
        #expect(CaptionTemplate.caption.words(of: window) == nil)
    }

    @Test(
        "fields are put in",
        arguments: [
            ("{trigger} {caption}", "sks the last pass"), ("{second}|{first}", "the last pass|the first pass"),
            ("{{{caption}}}", "{the last pass}"),
            ("{named:style}, {caption}. {tags}", "noir, the last pass. night, city"),
            ("{source}: {caption}", "a.mp4: the last pass"),
        ])
    func fields(_ text: String, _ words: String) throws {
        let trigger = text.contains("{trigger}") ? "sks" : ""
        #expect(try CaptionTemplate(text, trigger: trigger).words(of: window()) == words)
    }

    @Test("a trigger that a template has no place for is refused", arguments: ["{caption}", "trigger {caption}"])
    func unused(_ text: String) {
        let error = #expect(throws: ShotlistError.self) { try CaptionTemplate(text, trigger: "sks") }
        #expect(error?.code == .invalidArgument && error?.description.contains("{trigger}") == true)
    }

    @Test("a model's caption without words leaves the one before it")
    func blank() {
        var window = window()
        window.words.enhanced = " \n"
        #expect(CaptionTemplate.caption.words(of: window) == "the last pass")
        window.words.last = ""
        #expect(CaptionTemplate.caption.words(of: window) == "the first pass")
    }

    @Test("a caption that is not there leaves the window out", arguments: ["{enhanced}", "{named:none} {caption}"])
    func absent(_ text: String) throws {
        #expect(try CaptionTemplate(text).words(of: window()) == nil)
    }

    @Test("words of a caption that look like fields stay as they are")
    func noFieldsInWords() throws {
        var window = window()
        window.words.last = "{trigger} {{"
        #expect(try CaptionTemplate("{caption}!").words(of: window) == "{trigger} {{!")
    }

    @Test(
        "templates that mean nothing are refused",
        arguments: [
            "{capton}", "{caption", "caption}", "no field", "{trigger} {caption}", "{named:} {caption}",
            "{}{caption}", "",
        ])
    func refused(_ text: String) {
        let error = #expect(throws: ShotlistError.self) { try CaptionTemplate(text) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.remedy.isEmpty == false)
    }

    @Test("a video's side hangs on its path and the seed alone, as the documented hash says")
    func split() throws {
        // The first 13 digits of `printf '0\na.mp4' | sha256sum`, by 2^52, and so on.
        let split = try ValidationSplit(share: 0.5)
        let digits = ContentHash.sha256("0\na.mp4").prefix(13)
        let place = Double(UInt64(digits, radix: 16) ?? 0) / 4_503_599_627_370_496
        #expect(split.isValidation("a.mp4") == (place < 0.5))
        let names = (0..<4000).map { "videos/\($0).mp4" }
        let some = try ValidationSplit(share: 0.1, seed: 7)
        let more = try ValidationSplit(share: 0.2, seed: 7)
        let chosen = names.filter(some.isValidation)
        #expect((300...500).contains(chosen.count))
        // A larger share takes no video back.
        #expect(chosen.allSatisfy(more.isValidation))
        let others = names.filter(try ValidationSplit(share: 0.1, seed: 8).isValidation)
        #expect(others != chosen)
    }

    @Test("shares that are none are refused", arguments: [0, 1, -0.1, 2, Double.nan])
    func shares(_ share: Double) {
        #expect(throws: ShotlistError.self) { try ValidationSplit(share: share) }
    }

    @Test(
        "how many frames fit a rule",
        arguments: [
            (.fourPlusOne, 4, nil), (.fourPlusOne, 5, 5), (.fourPlusOne, 84, 81), (.eightPlusOne, 8, nil),
            (.eightPlusOne, 9, 9), (.eightPlusOne, 24, 17), (.eightPlusOne, 250, 249),
        ] as [(FrameRule, Int, Int?)])
    func rule(_ rule: FrameRule, _ count: Int, _ most: Int?) {
        #expect(rule.most(of: count) == most)
    }

    @Test("needs that no clip can meet are refused")
    func needs() {
        for make in [
            { try ClipNeeds(fps: 0) }, { try ClipNeeds(sides: 15) }, { try ClipNeeds(sides: 0) },
            { try ClipNeeds(sides: 32, resolution: PixelSize(width: 848, height: 480)) },
            { try ClipNeeds(resolution: PixelSize(width: 641, height: 480)) },
        ] as [() throws -> ClipNeeds] {
            #expect(throws: ShotlistError.self) { try make() }
        }
    }
}
