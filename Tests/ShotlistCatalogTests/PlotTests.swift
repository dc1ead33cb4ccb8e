import Foundation
import ShotlistCatalog
import Testing

@Suite("Plots of a set")
struct PlotTests {
    @Test("clips are counted once, windows each; statuses have a count each")
    func clips() async throws {
        let output = try SampleOutput()
        try output.write(["One caption of the clip.", nil], clip: 0)
        try output.write(["Another caption of a clip."], clip: 1)
        let catalog = try await output.open()
        let statistics = try await catalog.statistics()
        #expect(statistics.clipLength.bars.reduce(0) { $0 + $1.count } == 2)
        #expect(statistics.clipLength.bars.reduce(0) { $0 + $1.windows } == 3)
        #expect(statistics.clipLength.median == 10 && statistics.windowLength.median == 4)
        #expect(statistics.status.map(\.value) == ["success", "error"] && statistics.status.map(\.count) == [2, 1])
        try await catalog.close()
    }

    @Test("each frequent word is found as often as it is counted")
    func words() async throws {
        let output = try SampleOutput()
        try output.write(["Tables stand before the café's door.", "CAFE tables, and a table.", nil])
        try output.write(
            ["The table-top is of Noël's oak.", "Words are no-thing here.", "Ёлка и край, τους ήλιους, 東京タワー."],
            video: "tables/words.mp4")
        let catalog = try await output.open()
        let statistics = try await catalog.statistics()
        #expect(statistics.windowsReadForWords == 6)
        #expect(statistics.frequentWords.first.map { "\($0.value) \($0.count)" } == "cafe 2")
        #expect(statistics.frequentWords.contains { $0.value == "table" && $0.count == 2 })
        for word in statistics.frequentWords {
            let found = try await catalog.count(.with { $0.wholeWords = [word.value] })
            #expect(found == word.count, "\(word.value)")
        }
        try await catalog.close()
    }

    @Test("of many windows the words of some are read, and how many is told")
    func sample() async throws {
        let output = try SampleOutput()
        try output.write((0..<5001).map { "Picture \($0) stays." })
        let catalog = try await output.open()
        let statistics = try await catalog.statistics()
        #expect(statistics.count == 5001)
        #expect((2000...3000).contains(statistics.windowsReadForWords))
        #expect(statistics.frequentWords.first?.count == statistics.windowsReadForWords)
        try await catalog.close()
    }

    @Test("videos and tags beyond those that are listed are found by a part of their names")
    func naming() async throws {
        let output = try SampleOutput()
        for number in 0..<Facets.most + 2 {
            try output.write(["A caption."], video: "videos/Größe-\(1000 + number).mp4")
        }
        let catalog = try await output.open()
        let all = try await catalog.facets()
        let last = "videos/Größe-\(1000 + Facets.most + 1).mp4"
        #expect(all.hasMoreSources && !all.hasMoreTags && all.source.count == Facets.most)
        #expect(!all.source.contains { $0.value == last })
        let found = try await catalog.facets(naming: "GRÖßE-1201")
        #expect(found.source.map(\.value) == [last] && !found.hasMoreSources)
        #expect(found.count == all.count, "Only names are found, windows stay.")
        #expect(try await catalog.facets(naming: "no such").source.isEmpty)
        try await catalog.close()
    }
}
