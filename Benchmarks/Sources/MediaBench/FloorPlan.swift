import Foundation
import ShotlistCore
import ShotlistPipeline

/// Which frames the pipeline takes of each clip, written down for `Benchmarks/peers/media_floor.c`, which chooses none
/// itself.
///
///     clip PATH
///     window START END            frames counted from the file's first, both included
///     model FRAME...
///     preview FRAME...
///     durations MILLISECONDS...   of the preview's frames
struct FloorPlan {
    let stages: Stages

    /// Writes the plan of all clips.
    func write() throws -> Answer {
        guard let plan = stages.request.plan, stages.request.clipSeconds == nil else {
            throw Complaint("a plan is of whole files, and needs a file to go to")
        }
        let reader = try stages.reader()
        var answer = Answer()
        var lines: [String] = []
        for file in try reader.files() {
            let video = try reader.probe(file)
            for clip in WholeVideoStage().clips(of: video) {
                lines.append("clip \(video.inputPath)")
                lines += try windows(of: clip, &answer)
                answer.clips += 1
            }
        }
        try (lines.joined(separator: "\n") + "\n").write(toFile: plan, atomically: true, encoding: .utf8)
        return answer
    }

    private func windows(of clip: Clip, _ answer: inout Answer) throws -> [String] {
        let preparation = try stages.preparation()
        let previewPlan = try stages.preview().plan
        var lines: [String] = []
        for window in preparation.windowPlan.windows(totalFrames: clip.frames.count) {
            let frames = try preparation.sampling.frameIndices(of: window, videoFPS: clip.video.metadata.framerate)
            let shots = previewPlan.shots(of: window, clip: clip)
            lines.append("window \(window.start) \(window.end)")
            lines.append(line("model", frames))
            lines.append(line("preview", shots.frames))
            lines.append(line("durations", shots.durations))
            answer.windows += 1
            answer.frames += frames.count
        }
        return lines
    }

    private func line(_ word: String, _ numbers: [Int]) -> String {
        ([word] + numbers.map(String.init)).joined(separator: " ")
    }
}
