import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistMedia
import ShotlistPipeline

/// `shotlist frames`: the exact frames that a model is shown.
struct FramesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "frames",
        abstract: "Write the frames that the model is shown as PNG files.",
        discussion: "The file counts as one clip. Frames are written as <start>_<end>/<frame>.png for each window.")

    @Argument(help: "The video file.")
    var file: String

    @Option(name: .shortAndLong, help: "The folder to write to; made if missing.")
    var output: String

    @Flag(help: "Write the frames at the model's size, pixel for pixel as it gets them.")
    var resized = false

    @OptionGroup(title: "Windows") var windows: WindowOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    func run() async throws {
        try await Ending.of {
            let source = try WholeFile(file, limits: limits.limits())
            let ranges = try source.windows(windows.windowPlan())
            let (sampling, variant) = (try windows.sampling(), try windows.variant())
            var needs: [WindowNeeds] = []
            for range in ranges {
                let frames = try sampling.frameIndices(of: range, videoFPS: source.video.metadata.framerate)
                let size = try variant.frameSizing.size(for: source.video.metadata.size, frames: frames.count)
                needs.append(
                    WindowNeeds(
                        range: range, modelFrames: frames, modelSize: resized ? size : nil, previewFrames: [],
                        previewHeight: nil))
            }
            try write(needs, of: source)
            return 0
        }
    }

    private func write(_ needs: [WindowNeeds], of source: WholeFile) throws {
        let reader = try WindowReader(
            path: file, timeline: source.video.timeline, clipFrames: source.clip.frames, windows: needs,
            threads: try machine.threadCount(), decoder: machine.sayingDecoder(), limits: limits.limits())
        var written = 0
        for need in needs {
            guard let window = try reader.next() else { break }
            guard window.missingFrames.isEmpty else {
                throw ShotlistError(
                    .missingFrames, "'\(file)' has no picture for frame(s) \(window.missingFrames).",
                    remedy: "The file may be damaged; fetch it again.")
            }
            let folder = URL(filePath: output).appending(path: need.range.description, directoryHint: .isDirectory)
            try OutputFolder.make(folder)
            for (index, frame) in zip(need.modelFrames, window.modelFrames) {
                try WholeOutput.write(try PNGWriter.encode(frame), to: folder.appending(path: "\(index).png").path)
                written += 1
            }
        }
        print("\(written) frames of \(needs.count) window(s) in '\(output)'")
    }
}
