import Dispatch
import Foundation
import ShotlistMedia

/// The media side of captioning, timed: the pipeline of the library, with a stage in the model's place that takes what
/// a model would be shown.
///
///     MediaBench THREADS
///
/// For each line of its input, a ``Request`` as JSON, it answers with a line of JSON, an ``Answer``. `Benchmarks/media`
/// asks it and what it is held against in turn.
@main
struct MediaBench {
    static func main() {
        MediaWorkerProcess.runIfAsked()
        Task {
            await answerAll()
            exit(0)
        }
        dispatchMain()
    }

    private static func answerAll() async {
        // As the command does.
        LargeBuffers.returnToSystem()
        let threads = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 2
        do {
            while let line = readLine() {
                let request = try Request(json: line)
                let stages = Stages(request: request, threads: threads)
                switch request.work {
                case .run: try say(await PipelineRun(stages: stages).run())
                case .plan: try say(FloorPlan(stages: stages).write())
                }
            }
        } catch {
            FileHandle.standardError.write(Data("MediaBench: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func say(_ answer: Answer) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        FileHandle.standardOutput.write(try encoder.encode(answer) + Data("\n".utf8))
    }
}

/// What was done.
struct Answer: Encodable {
    var clips = 0
    var windows = 0
    /// Frames for the model.
    var frames = 0
    /// Of all previews together.
    var previewBytes = 0
    /// Of all windows' own mp4 files together.
    var mp4Bytes = 0
    /// From the start of the run to its end; 0 where nothing was run.
    var seconds = 0.0
}

/// What is wrong with a request, or with what came of it.
struct Complaint: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
