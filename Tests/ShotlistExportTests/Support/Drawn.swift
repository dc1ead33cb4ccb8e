import Foundation
import Testing

/// Clips that ffmpeg draws, and what is seen in clips.
enum Drawn {
    /// Draws a clip in which every frame looks unlike the one before, as a clip of an output.
    ///
    /// - Parameters:
    ///   - name: the clip's id.
    ///   - container: ffmpeg's name of the container. `mp4` has the times of Matroska, in milliseconds.
    ///   - filter: what frames go through.
    ///   - turn: degrees by which players are told to turn the picture.
    static func clip(
        _ name: String, in output: SmallOutput, rate: Int = 25, frames: Int = 25, size: String = "320x192",
        container: String = "mp4", filter: String = "null", turn: Int = 0
    ) throws {
        let file = "\(output.path)/clips/\(name).mp4"
        let drawn = output.place("drawn.mkv")
        defer { try? FileManager.default.removeItem(atPath: drawn) }
        let picture = "testsrc2=size=\(size):rate=\(rate)"
        try ffmpeg([
            "-f", "lavfi", "-i", picture, "-frames:v", "\(frames)", "-vf", filter, "-c:v", "libx264", "-pix_fmt",
            "yuv420p", drawn,
        ])
        try ffmpeg(["-i", drawn, "-c", "copy", "-metadata:s:v", "rotate=\(turn)", "-f", container, file])
    }

    /// All frames of a video as small grey pictures, upright.
    static func frames(of path: String) throws -> [[UInt8]] {
        let bytes = try ffmpeg([
            "-i", path, "-vsync", "passthrough", "-vf", "scale=32:24", "-f", "rawvideo", "-pix_fmt", "gray", "-",
        ])
        let length = 32 * 24
        try #require(!bytes.isEmpty && bytes.count % length == 0)
        return stride(from: 0, to: bytes.count, by: length).map { Array(bytes[$0..<$0 + length]) }
    }

    /// How far two such pictures are from each other on average, of 255.
    static func difference(_ one: [UInt8], _ other: [UInt8]) -> Double {
        Double(zip(one, other).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }) / Double(max(1, one.count))
    }

    /// Of each picture the number of the other that is nearest to it.
    static func nearest(_ pictures: [[UInt8]], among others: [[UInt8]]) -> [Int] {
        pictures.map { picture in
            let far = others.map { difference(picture, $0) }
            return far.indices.min { far[$0] < far[$1] } ?? 0
        }
    }

    /// An entry of the video stream, as ffprobe prints it.
    static func entry(_ name: String, of path: String) throws -> String {
        let arguments = ["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=\(name)"]
        let data = try run("ffprobe", arguments + ["-of", "default=nw=1:nk=1", path])
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @discardableResult
    private static func ffmpeg(_ arguments: [String]) throws -> Data {
        try run("ffmpeg", ["-nostdin", "-v", "error", "-y"] + arguments)
    }

    /// What a program writes to standard output.
    private static func run(_ program: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(program) \(arguments.joined(separator: " "))")
        return data
    }
}
