import Foundation
import ShotlistCore
import ShotlistExport
import ShotlistMedia
import Testing

@Suite("What a clip's file says of its times, its pixels and its turn is heeded")
struct ClipFileTests {
    private func plan(
        _ output: SmallOutput, _ needs: ClipNeeds, _ windows: [ExportWindow]
    ) async throws -> (exporter: Exporter, plan: ExportPlan) {
        var settings = ExportSettings(.sidecar)
        settings.needs = needs
        settings.threads = 2
        let exporter = try Exporter(outputPath: output.path, settings: settings)
        return (exporter, try await exporter.plan(windows))
    }

    @Test(
        "times in milliseconds cost no frame and double none", arguments: [24, 30], ["matroska", "mp4"])
    func milliseconds(_ rate: Int, _ container: String) async throws {
        let output = try SmallOutput()
        let clip = SmallOutput.bikes
        try Drawn.clip(clip, in: output, rate: rate, frames: 97, container: container)
        let (exporter, plan) = try await plan(
            output, try ClipNeeds(frames: .fourPlusOne, fps: rate),
            [try output.window(clip, 0, 96, "all of it"), try output.window(clip, 10, 50, "a part")])
        // The whole clip has 97 frames at the rate already.
        #expect(plan.countAsTheyAre == 1)
        _ = try await exporter.write(plan, to: output.place("set"))
        #expect(try output.data("set/\(clip).mp4") == output.data("out/clips/\(clip).mp4"))
        let part = try Drawn.frames(of: output.place("set/\(clip)_10_50.mp4"))
        let source = try Drawn.frames(of: "\(output.path)/clips/\(clip).mp4")
        #expect(Drawn.nearest(part, among: source) == Array(10...50))
    }

    @Test("a window that its clip's file has only in part is left out; one frame or two are a header's error")
    func partly() async throws {
        let output = try SmallOutput()
        let (_, plan) = try await plan(
            output, .none,
            [
                try output.window(SmallOutput.bikes, 200, 251, "as a header counts"),
                try output.window(SmallOutput.bikes, 200, 252, "more than there is"),
                try output.window(SmallOutput.bikes, 0, 499, "twice as much"),
            ])
        #expect(plan.count == 1 && plan.reasons == [.notInClip: 2])
    }

    @Test("a picture that is stored turned is turned where sides are asked for, and stays where none are")
    func turned() async throws {
        let output = try SmallOutput()
        try Drawn.clip(SmallOutput.bikes, in: output, turn: 90)
        let windows = [try output.window(SmallOutput.bikes, 0, 24, "words")]
        #expect(try await plan(output, .none, windows).plan.countAsTheyAre == 1)
        let (exporter, plan) = try await plan(output, try ClipNeeds(sides: 32), windows)
        #expect(plan.countAsTheyAre == 0)
        _ = try await exporter.write(plan, to: output.place("set"))
        let clip = try MediaProbe.probe(path: output.place("set/\(SmallOutput.bikes).mp4")).metadata
        #expect(clip.rotation == 0 && clip.size == PixelSize(width: 192, height: 320))
        let (shown, meant) = (
            try Drawn.frames(of: output.place("set/\(SmallOutput.bikes).mp4")),
            try Drawn.frames(of: "\(output.path)/clips/\(SmallOutput.bikes).mp4")
        )
        #expect(shown.count == 25 && Drawn.difference(shown[12], meant[12]) < 6)
    }

    @Test(
        "pixels that are not square become square, and nothing is cut off for them",
        arguments: [
            // 352x288 of 16:11 are 352x198, as nothing is made larger.
            (nil, PixelSize(width: 320, height: 180), PixelSize(width: 320, height: 180)),
            (22, nil, PixelSize(width: 352, height: 198)),
        ] as [(Int?, PixelSize?, PixelSize)])
    func pixels(_ sides: Int?, _ resolution: PixelSize?, _ size: PixelSize) async throws {
        let output = try SmallOutput()
        let file = "\(output.path)/clips/\(SmallOutput.bikes).mp4"
        try Drawn.clip(SmallOutput.bikes, in: output, size: "352x288", filter: "setsar=16/11")
        #expect(try Drawn.entry("sample_aspect_ratio", of: file) == "16:11")
        let (exporter, plan) = try await plan(
            output, try ClipNeeds(sides: sides, resolution: resolution),
            [try output.window(SmallOutput.bikes, 0, 24, "words")])
        _ = try await exporter.write(plan, to: output.place("set"))
        let made = output.place("set/\(SmallOutput.bikes).mp4")
        #expect(try MediaProbe.probe(path: made).metadata.size == size)
        #expect(["1:1", "N/A"].contains(try Drawn.entry("sample_aspect_ratio", of: made)))
        let (shown, meant) = (try Drawn.frames(of: made), try Drawn.frames(of: file))
        #expect(shown.count == 25 && Drawn.difference(shown[12], meant[12]) < 6)
    }

    @Test("what is too small with square pixels is left out")
    func small() async throws {
        let output = try SmallOutput()
        try Drawn.clip(SmallOutput.bikes, in: output, size: "352x288", filter: "setsar=16/11")
        let size = PixelSize(width: 320, height: 240)
        let windows = [try output.window(SmallOutput.bikes, 0, 24, "words")]
        #expect(try await plan(output, try ClipNeeds(resolution: size), windows).plan.reasons == [.tooSmall: 1])
    }
}
