import Foundation

/// The media side of captioning, timed.
///
///     MediaBench THREADS
///
/// For each line of its input, a JSON object such as `{"clips": ["a.mp4"], "resize": false}`, it does the work on
/// every clip and answers with a line such as `{"windows": 12, "seconds": 3.4, "prep_seconds": 2.2,
/// "preview_seconds": 1.2}`. `Benchmarks/media.py` asks it and its peer in turn.
@main
struct MediaBench {
    struct Request: Decodable {
        let clips: [String]
        let resize: Bool
    }

    struct Answer: Encodable {
        let windows: Int
        let seconds: Double
        let prepSeconds: Double
        let previewSeconds: Double

        enum CodingKeys: String, CodingKey {
            case windows, seconds
            case prepSeconds = "prep_seconds"
            case previewSeconds = "preview_seconds"
        }
    }

    static func main() throws {
        let threads = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 2
        while let line = readLine() {
            let request = try JSONDecoder().decode(Request.self, from: Data(line.utf8))
            let work = ClipWork(threads: threads, resizes: request.resize)
            var total = ClipWork.Spent()
            for clip in request.clips {
                let spent = try work.run(clip: clip)
                total.windows += spent.windows
                total.prepare += spent.prepare
                total.preview += spent.preview
            }
            let answer = Answer(
                windows: total.windows, seconds: total.prepare + total.preview, prepSeconds: total.prepare,
                previewSeconds: total.preview)
            FileHandle.standardOutput.write(try JSONEncoder().encode(answer) + Data("\n".utf8))
        }
    }
}
