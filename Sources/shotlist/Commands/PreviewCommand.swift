import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistMedia
import ShotlistPipeline

/// `shotlist preview`: previews of one file.
struct PreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Draw previews of one video file as animated WebP.",
        discussion: """
            With an output that ends in .webp the whole file becomes one preview. Otherwise the output is a folder \
            and each window becomes <start>_<end>.webp in it.
            """)

    @Argument(help: "The video file.")
    var file: String

    @Option(name: .shortAndLong, help: "A .webp file, or a folder.")
    var output: String

    @OptionGroup(title: "Previews") var previews: PreviewOptions
    @OptionGroup(title: "Windows") var windows: WindowOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    func run() async throws {
        try await Ending.of {
            let threads = try machine.threadCount()
            let stage = try previews.stage(threads: threads, verbose: false)
            let source = try WholeFile(file, limits: limits.limits())
            let isOneFile = output.lowercased().hasSuffix(".webp")
            let ranges =
                isOneFile
                ? [FrameRange(start: 0, end: source.clip.frames.count - 1)]
                : try source.windows(windows.windowPlan())
            try draw(ranges, of: source, by: stage, threads: threads) { range in
                isOneFile ? output : "\(output)/\(range).webp"
            }
            return 0
        }
    }

    private func draw(
        _ ranges: [FrameRange], of source: WholeFile, by stage: PreviewStage, threads: Int,
        path: (FrameRange) -> String
    ) throws {
        let shots = ranges.map { stage.plan.shots(of: $0, clip: source.clip) }
        let needs = zip(ranges, shots).map { range, shots in
            WindowNeeds(
                range: range, modelFrames: [], modelSize: nil, previewFrames: shots.frames,
                previewHeight: stage.targetHeight, previewInRGB: stage.plan.isLossless)
        }
        let reader = try WindowReader(
            path: file, timeline: source.video.timeline, clipFrames: source.clip.frames, windows: needs,
            threads: threads, decoder: machine.sayingDecoder(), limits: limits.limits())
        for (range, shots) in zip(ranges, shots) {
            guard let window = try reader.next(), window.previewFrames.count == shots.frames.count else {
                throw ShotlistError(
                    .missingFrames, "'\(file)' does not have every picture of the frames \(range).",
                    remedy: "The file may be damaged; fetch it again.")
            }
            let webp = try WebPEncoder.encode(
                PreviewFrames(frames: window.previewFrames, durations: shots.durations), quality: stage.quality,
                compressionLevel: stage.compressionLevel, threads: threads)
            try WholeOutput.write(webp, to: path(range))
            print(path(range))
        }
    }
}
