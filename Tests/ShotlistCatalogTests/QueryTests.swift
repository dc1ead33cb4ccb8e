import Foundation
import ShotlistCatalog
import ShotlistCore
import Testing

@Suite("Windows are found")
struct QueryTests {
    private let output: SampleOutput
    private let keys: [WindowKey]

    init() throws {
        output = try SampleOutput()
        let first = try output.write(
            ["A red car drives along the café.", "A blue car is parked near two trees."], video: "videos/b.mp4")
        let second = try output.write([nil, "The dog's red ball rolls away (slowly)."], video: "videos/a.mp4")
        keys = first + second
    }

    private func found(_ text: String) async throws -> Set<WindowKey> {
        let catalog = try await output.open()
        let found = try await catalog.keys(.text(text))
        try await catalog.close()
        return Set(found)
    }

    @Test("words are found where no spaces are set between them")
    func withoutSpaces() async throws {
        let captions = ["一个男人骑着红色自行车下山。", "自転車に乗った男が坂を下る。", "ผู้ชายขี่จักรยานสีแดงลงเนินเขา", "A sign reads 東京タワー."]
        let others = try output.write(captions, video: "videos/c.mp4")
        #expect(try await found("红色") == [others[0]])
        #expect(try await found("色红") == [], "A run is looked for as it stands.")
        #expect(try await found("男が") == [others[1]])
        #expect(try await found("จักรยาน") == [others[2]])
        #expect(try await found("東京 sign") == [others[3]])
        #expect(try await found("\"红色自行车\"") == [others[0]])
        let catalog = try await output.open()
        #expect(try await catalog.keys(.with { $0.wholeWords = ["自行车"] }) == [others[0]])
        try await catalog.close()
    }

    @Test("all words must be there, the last one as a beginning, without accents and case")
    func words() async throws {
        #expect(try await found("red") == [keys[0], keys[3]])
        #expect(try await found("CAR dri") == [keys[0]])
        #expect(try await found("dri car") == [])
        #expect(try await found("cafe") == [keys[0]])
        #expect(try await found("dog's") == [keys[3]])
        #expect(try await found("\"blue car\"") == [keys[1]])
        #expect(try await found("\"car blue\"") == [])
    }

    @Test(
        "nothing that is typed is taken for a query of its own",
        arguments: [
            "red OR blue", "shown:red", "red*", "(red", "red\"", "NEAR(red, 2)", "-red", "{about}:red", "^red", "'",
            "re\0d",
        ])
    func operators(_ text: String) async throws {
        // None of these may fail.
        _ = try await found(text)
    }

    @Test("filters hold together")
    func filters() async throws {
        let catalog = try await output.open()
        #expect(try await catalog.keys(.with { $0.status = [.error] }) == [keys[2]])
        #expect(try await catalog.keys(.with { $0.flags = ["empty"] }) == [keys[2]])
        #expect(try await catalog.keys(.with { $0.source = ["videos/b.mp4"] }) == [keys[0], keys[1]])
        #expect(
            try await catalog.keys(
                .with {
                    $0.text = "red"
                    $0.source = ["videos/b.mp4"]
                }) == [keys[0]])
        #expect(try await catalog.keys(.with { $0.tokens = 100...200 }) == [keys[3], keys[1]])
        #expect(try await catalog.keys(.with { $0.keys = [keys[1], keys[2]] }) == [keys[2], keys[1]])
        #expect(try await catalog.count(.with { $0.model = ["other"] }) == 0)
        #expect(try await catalog.count(.with { $0.resolution = PixelSize(width: 640, height: 272) }) == 4)
        await #expect { try await catalog.count(.with { $0.flags = ["such"] }) } throws: {
            ($0 as? ShotlistError)?.code == .filterInvalid
        }
        try await catalog.close()
    }

    @Test("pages of every order together are all windows, each once")
    func pages() async throws {
        let catalog = try await output.open()
        for order in WindowOrder.allCases {
            for descending in [false, true] {
                var seen: [WindowKey] = []
                for offset in 0..<4 {
                    seen += try await catalog.windows(order: order, descending: descending, offset: offset, limit: 1)
                        .map(\.key)
                }
                #expect(seen.count == 4 && Set(seen) == Set(keys))
                #expect(try await catalog.keys(order: order, descending: descending) == seen)
            }
        }
        #expect(try await catalog.keys() == [keys[2], keys[3], keys[0], keys[1]])
        let longest = try await catalog.windows(order: .length, descending: true, limit: 1)
        #expect(longest.first?.key == keys[3])
        try await catalog.close()
    }

    @Test("facets count what the filter has")
    func facets() async throws {
        let catalog = try await output.open()
        _ = try await catalog.change(keys[0], .decision(.approved), expecting: 0)
        _ = try await catalog.change(keys[0], .tags(["cars"]), expecting: 1)
        _ = try await catalog.change(keys[1], .rating(3), expecting: 0)
        let facets = try await catalog.facets()
        #expect(facets.count == 4)
        #expect(facets.status.map(\.value) == ["success", "error"] && facets.status.map(\.count) == [3, 1])
        #expect(facets.flags.map(\.value) == ["empty"])
        #expect(facets.decision.map(\.count) == [3, 1])
        #expect(facets.rating.map(\.value) == ["3"])
        #expect(facets.source.map(\.value) == ["videos/a.mp4", "videos/b.mp4"])
        #expect(facets.tags.map(\.value) == ["cars"])
        let cars = try await catalog.facets(.text("car"))
        #expect(cars.count == 2 && cars.source.map(\.count) == [2])
        try await catalog.close()
    }

    @Test("values of which several may be asked for, or one in another's place, are counted under all other filters")
    func alternatives() async throws {
        let catalog = try await output.open()
        _ = try await catalog.change(keys[0], .decision(.approved), expecting: 0)
        _ = try await catalog.change(keys[0], .tags(["cars", "red"]), expecting: 1)
        _ = try await catalog.change(keys[1], .tags(["cars"]), expecting: 0)
        _ = try await catalog.change(keys[3], .rating(3), expecting: 0)
        let failed = try await catalog.facets(.with { $0.status = [.error] })
        #expect(failed.count == 1 && failed.status.map(\.count) == [3, 1])
        #expect(failed.source.map(\.value) == ["videos/a.mp4"] && failed.unedited == 1 && failed.unrated == 1)
        var wanted = WindowFilter.with { $0.status = [.success] }
        wanted.source = ["videos/a.mp4"]
        let other = try await catalog.facets(wanted)
        #expect(other.count == 1 && other.status.map(\.count) == [1, 1] && other.source.map(\.count) == [2, 1])
        #expect(other.rating.map(\.value) == ["3"] && other.unrated == 0)
        let approved = try await catalog.facets(.with { $0.decision = [.approved] })
        #expect(approved.decision.map(\.count).sorted() == [1, 3] && approved.tags.map(\.value) == ["cars", "red"])
        let rated = try await catalog.facets(.with { $0.rating = 3...3 })
        #expect(rated.count == 1 && rated.rating.map(\.count) == [1] && rated.unrated == 3)
        let edited = try await catalog.facets(.with { $0.isEdited = true })
        #expect(edited.count == 0 && edited.edited == 0 && edited.unedited == 4)
        // All tags must hold: another one leaves what has both.
        let red = try await catalog.facets(.with { $0.tags = ["red"] })
        #expect(red.tags.map(\.value) == ["cars", "red"] && red.tags.map(\.count) == [1, 1])
        try await catalog.close()
    }

    @Test("plots have a bar for every window")
    func statistics() async throws {
        let catalog = try await output.open()
        let statistics = try await catalog.statistics()
        for plot in [statistics.captionLength, statistics.captionWords, statistics.windowLength, statistics.tokens] {
            #expect(plot.bars.reduce(0) { $0 + $1.count } + plot.unknown == 4)
        }
        #expect(statistics.windowLength.median == 4 && statistics.tokens.least == 40 && statistics.tokens.most == 140)
        #expect(statistics.resolutions.map(\.value) == ["640x272"])
        #expect(statistics.throughput.reduce(0) { $0 + $1.windows } == 4)
        try await catalog.close()
    }
}
