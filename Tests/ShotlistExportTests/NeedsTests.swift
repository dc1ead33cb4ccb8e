import Foundation
import ShotlistCore
import ShotlistExport
import ShotlistMedia
import Testing

@Suite("Clips are made to what a trainer needs, or left out")
struct NeedsTests {
    private func export(
        _ needs: ClipNeeds, _ windows: (SmallOutput) throws -> [ExportWindow]
    ) async throws -> (output: SmallOutput, plan: ExportPlan, report: ExportReport) {
        let output = try SmallOutput()
        var settings = ExportSettings(.sidecar)
        settings.needs = needs
        settings.threads = 2
        let exporter = try Exporter(outputPath: output.path, settings: settings)
        let plan = try await exporter.plan(try windows(output))
        return (output, plan, try await exporter.write(plan, to: output.place("set")))
    }

    private func probe(_ output: SmallOutput, _ name: String) throws -> VideoMetadata {
        try MediaProbe.probe(path: output.place("set/\(name).mp4")).metadata
    }

    @Test(
        "frames of a rule at a rate",
        arguments: [
            (.fourPlusOne, 16, 157), (.fourPlusOne, 24, 237), (.eightPlusOne, 24, 233), (.eightPlusOne, 25, 249),
        ] as [(FrameRule, Int, Int)])
    func frames(_ rule: FrameRule, _ fps: Int, _ count: Int) async throws {
        // 250 frames of 1/25 s are 160 of 1/16 s and 240 of 1/24 s.
        let (output, _, _) = try await export(try ClipNeeds(frames: rule, fps: fps)) {
            [try $0.window(SmallOutput.bikes, 0, 249, "words")]
        }
        let clip = try probe(output, SmallOutput.bikes)
        #expect(clip.numFrames == count)
        #expect(abs(clip.framerate - Double(fps)) < 0.01)
    }

    @Test("sides of a multiple, and a size of its own")
    func sizes() async throws {
        let first = try await export(try ClipNeeds(sides: 32)) {
            [try $0.window(SmallOutput.bikes, 0, 249, "words"), try $0.window(SmallOutput.carphone, 0, 119, "words")]
        }
        #expect(try probe(first.output, SmallOutput.bikes).size == PixelSize(width: 640, height: 256))
        #expect(try probe(first.output, SmallOutput.carphone).size == PixelSize(width: 160, height: 128))
        let size = PixelSize(width: 480, height: 256)
        let second = try await export(try ClipNeeds(resolution: size)) {
            [try $0.window(SmallOutput.bikes, 0, 249, "words"), try $0.window(SmallOutput.carphone, 0, 119, "words")]
        }
        #expect(try probe(second.output, SmallOutput.bikes).size == size)
        // Nothing is made larger.
        #expect(second.report.reasons == [.tooSmall: 1])
    }

    @Test("what would be left out is known before anything is written")
    func planned() async throws {
        let output = try SmallOutput()
        var settings = ExportSettings(.sidecar)
        settings.needs = try ClipNeeds(frames: .eightPlusOne, fps: 16, resolution: PixelSize(width: 640, height: 256))
        let plan = try await Exporter(outputPath: output.path, settings: settings).plan([
            try output.window(SmallOutput.bikes, 0, 249, "long enough"),
            try output.window(SmallOutput.bikes, 0, 12, "half a second"),
            try output.window(SmallOutput.carphone, 0, 119, "too small"),
        ])
        #expect(plan.count == 1 && plan.countAsTheyAre == 0)
        #expect(plan.reasons == [.tooFewFrames: 1, .tooSmall: 1])
        #expect(try FileManager.default.contentsOfDirectory(atPath: output.folder.path) == ["out"])
    }

    @Test("what is as it is needed already is not encoded again")
    func asItIs() async throws {
        let (output, plan, _) = try await export(try ClipNeeds(fps: 25, sides: 16)) {
            [try $0.window(SmallOutput.bikes, 0, 249, "words")]
        }
        #expect(plan.countAsTheyAre == 1)
        let clip = try output.data("out/clips/\(SmallOutput.bikes).mp4")
        #expect(try output.data("set/\(SmallOutput.bikes).mp4") == clip)
    }

    @Test("a clip whose file is broken is left out, and the others stay")
    func broken() async throws {
        let output = try SmallOutput()
        let file = output.folder.appending(path: "out/clips/\(SmallOutput.bunny).mp4")
        try Data("words".utf8).write(to: file)
        let report = try await output.export(ExportSettings(.ltx), to: "set")
        #expect(report.clips == [.train: 2])
        #expect(report.reasons == [.unreadableClip: 1])
    }
}
