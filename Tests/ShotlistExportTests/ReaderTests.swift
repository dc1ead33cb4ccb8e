import Foundation
import ShotlistCore
import ShotlistExport
import TestReaders
import Testing

@Suite("What is exported is what its readers load")
struct ReaderTests {
    private static let oneLine = [
        "Cyclists ride by, \"fast\". The light is warm.",
        "Ein Häschen 🐇 im Gras, 100% grün", "=1+1 is what he says",
    ]

    /// Exports three windows and holds what a reader found against them.
    private func check(
        _ format: ExportFormat, _ readers: [String], keepsLines: Bool = true, split: Bool = false
    ) async throws {
        let output = try SmallOutput()
        var settings = ExportSettings(format)
        if format == .parquet { settings.parquet = try Checkout.parquet() }
        if split { settings.validation = try ValidationSplit(share: 0.5, seed: Self.seed) }
        let report = try await output.export(settings, to: "set")
        #expect(report.clips.values.reduce(0, +) == 3 && report.dropped.isEmpty)
        let captions = try keepsLines ? output.windows().map { $0.words.last ?? "" } : Self.oneLine
        for reader in readers {
            let found: [Checkout.Found] = try Checkout.read(reader, output.place("set"))
            #expect(Set(found.map(\.caption)) == Set(captions), "\(reader)")
            #expect(found.count == 3, "\(reader)")
            for (clip, caption) in [(SmallOutput.bikes, captions[0]), (SmallOutput.carphone, captions[2])] {
                let sum = ContentHash.sha256(try output.data("out/clips/\(clip).mp4"))
                #expect(found.first(where: { $0.caption == caption })?.sha256 == sum, "\(reader): \(caption)")
            }
            let parts = Dictionary(grouping: found, by: \.part).mapValues(\.count)
            #expect(parts == (split ? ["train": 2, "validation": 1] : ["train": 3]), "\(reader)")
        }
    }

    /// A seed with which `videos/b/c.mp4` is for validation and `videos/a.mp4` is not.
    private static let seed =
        (0..<1000).first { seed in
            guard let split = try? ValidationSplit(share: 0.5, seed: seed) else { return false }
            return split.isValidation("videos/b/c.mp4") && !split.isValidation("videos/a.mp4")
        } ?? -1

    @Test("sidecars: musubi-tuner, diffusion-pipe, kohya's scripts, finetrainers", arguments: [false, true])
    func sidecar(_ split: Bool) async throws {
        let readers = ["musubi", "diffusion-pipe", "kohya", "finetrainers-pairs"]
        try await check(.sidecar, readers, keepsLines: false, split: split)
    }

    @Test("lines of JSON", arguments: [false, true])
    func jsonl(_ split: Bool) async throws {
        try await check(.jsonl, ["jsonl", "pandas-jsonl", "datasets-json"], split: split)
    }

    @Test("CSV: Python's csv module and pandas", arguments: [false, true])
    func csv(_ split: Bool) async throws { try await check(.csv, ["csv", "pandas-csv"], split: split) }

    @Test("datasets, as a folder of videos", arguments: [false, true])
    func huggingFace(_ split: Bool) async throws { try await check(.hf, ["videofolder"], split: split) }

    @Test("finetrainers' two files", arguments: [false, true])
    func finetrainers(_ split: Bool) async throws {
        try await check(.finetrainers, ["finetrainers"], keepsLines: false, split: split)
    }

    @Test("musubi-tuner's lines of JSON, with whole paths", arguments: [false, true])
    func musubi(_ split: Bool) async throws { try await check(.musubiJSONL, ["musubi-jsonl"], split: split) }

    @Test("the LTX trainers", arguments: [false, true])
    func ltx(_ split: Bool) async throws { try await check(.ltx, ["ltx"], split: split) }

    @Test("the post-training of Cosmos", arguments: [false, true])
    func cosmos(_ split: Bool) async throws { try await check(.cosmos, ["cosmos"], split: split) }

    @Test("tar files: webdataset and datasets", arguments: [false, true])
    func webdataset(_ split: Bool) async throws {
        try await check(.webdataset, ["webdataset", "datasets-webdataset"], split: split)
    }

    @Test("Parquet: pyarrow, pandas and datasets", arguments: [false, true])
    func parquet(_ split: Bool) async throws {
        try await check(.parquet, ["pyarrow", "pandas-parquet", "datasets-parquet"], split: split)
    }

    @Test("tar files are full at so many clips, or at so many bytes")
    func shards() async throws {
        let output = try SmallOutput()
        var settings = ExportSettings(.webdataset)
        settings.shards = try ShardLimits(clips: 2)
        try await output.export(settings, to: "two")
        #expect(output.files("two") == ["manifest.json", "shots-000000.tar", "shots-000001.tar"])
        settings.shards = try ShardLimits(bytes: 1)
        try await output.export(settings, to: "each")
        #expect(output.files("each").count == 4)
        let found: [Checkout.Found] = try Checkout.read("webdataset", output.place("each"))
        #expect(found.count == 3)
    }
}
