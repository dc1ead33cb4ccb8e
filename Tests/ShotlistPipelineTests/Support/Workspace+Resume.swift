import Foundation
import ShotlistEngines
import ShotlistPipeline
import Testing

/// Runs that tests stop and go on with.
extension Workspace {
    /// Two clips of real footage with several windows each.
    func runOverTwoClips() throws -> Run {
        try add("bikes", as: "a/bikes.mp4")
        var run = try Run()
        run.splitter = try FixedStrideExtractorStage(clipLenS: 5, clipStrideS: 5)
        run.windowSize = 16
        run.remainderThreshold = 8
        run.batchSize = 1
        run.answer = { request in
            // Long enough for a stop to find windows on their way.
            try await Task.sleep(for: .milliseconds(20))
            return .saying("from \(request.input.frameIndices[0]): \(request.input.prompt.text)")
        }
        return run
    }

    /// One clip of real footage, whose windows are answered with the prompt and their first frames.
    func runOverOneClip() throws -> Run {
        try add("bikes", as: "bikes.mp4")
        var run = try Run()
        run.windowSize = 64
        run.answer = { .saying("\($0.input.prompt.text) \($0.input.frameIndices[0])") }
        return run
    }

    /// The current caption of each window.
    func captions() throws -> [String?] {
        try windows().map { $0["qwen_caption"] as? String }
    }
}

extension Workspace {
    /// Puts a video below the videos whose index is whole and whose pictures are noise.
    func noise() throws -> URL {
        let file = videos.appending(path: "noise.mp4")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x64:rate=20:duration=15",
            "-c:v", "libx264", "-g", "1000", "-pix_fmt", "yuv420p", "-movflags", "+faststart", file.path,
        ]
        try process.run()
        process.waitUntilExit()
        var bytes = try Data(contentsOf: file)
        let start = try #require(bytes.range(of: Data("mdat".utf8))).upperBound
        for place in start..<bytes.count { bytes[place] = UInt8(truncatingIfNeeded: place &* 37 &+ 5) }
        try bytes.write(to: file)
        return file
    }
}
