import Foundation
import ShotlistCore
import ShotlistMedia
import Synchronization

/// The hostile files, which `scripts/hostile.sh` makes, and what becomes of each.
struct Hostile: Sendable {
    /// The file's name.
    let name: String
    /// What it tries.
    let tries: String
    /// How it may end.
    let outcomes: [String]
    /// The file.
    let path: String

    /// How reading a file ended.
    struct Ending: Sendable {
        /// As the manifest has it; `scripts/hostile/registry.py` says what each means.
        let outcome: String
        /// The error that it ended with.
        var error: ShotlistError?
    }

    /// The folder of the files.
    static let folder: Result<URL, any Error> = Result {
        _ = Footage.folder
        return URL(fileURLWithPath: try Program.lastLine(ofScript: "scripts/hostile.sh"))
    }

    /// Every file, as the manifest has them.
    static func all() throws -> [Hostile] {
        let folder = try folder.get()
        let manifest = try String(contentsOf: folder.appendingPathComponent("manifest.tsv"), encoding: .utf8)
        return try manifest.split(separator: "\n").map { line in
            let parts = line.split(separator: "\t").map(String.init)
            guard parts.count == 3, let name = parts[0].removingPercentEncoding else {
                throw Program.Failure(description: "the manifest has a line of \(parts.count) parts: \(line)")
            }
            // `refused a|b` stands for `refused a` or `refused b`.
            var verb = ""
            let outcomes = parts[2].split(separator: "|").map { part -> String in
                let words = part.split(separator: " ")
                if words.count == 2 { verb = String(words[0]) }
                return verb + " " + words[words.count - 1]
            }
            return Hostile(name: name, tries: parts[1], outcomes: outcomes, path: folder.path + "/" + name)
        }
    }

    /// Probes the file and reads the first frames, as a window of a clip.
    func read() -> Ending {
        let timeline: FrameTimeline
        do throws(ShotlistError) {
            timeline = try MediaProbe.probe(path: path).timeline
        } catch {
            return Ending(outcome: "refused \(error.code.rawValue)", error: error)
        }
        do throws(ShotlistError) {
            let count = min(30, timeline.count)
            let needs = WindowNeeds(
                range: FrameRange(start: 0, end: count - 1), modelFrames: Array(0..<count),
                modelSize: PixelSize(width: 56, height: 28), previewFrames: [0], previewHeight: 32)
            let reader = try WindowReader(
                path: path, timeline: timeline, clipFrames: 0..<timeline.count, windows: [needs], threads: 2)
            let missing = try reader.next()?.missingFrames.count ?? count
            return Ending(outcome: "\(missing == 0 ? "read" : "holed") \(timeline.count)")
        } catch {
            return Ending(outcome: "stopped \(error.code.rawValue)", error: error)
        }
    }

    /// Does something on a thread of its own, and gives nil when it does not end in time: then that thread is lost.
    static func bounded<Value: Sendable>(
        seconds: Int, _ body: @escaping @Sendable () -> Value
    ) -> Value? {
        let result = Box<Value>()
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let value = body()
            result.value.withLock { $0 = value }
            done.signal()
        }
        guard done.wait(timeout: .now() + .seconds(seconds)) == .success else { return nil }
        return result.value.withLock { $0 }
    }

    private final class Box<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
    }
}
