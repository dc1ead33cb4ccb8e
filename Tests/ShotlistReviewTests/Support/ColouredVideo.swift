import Foundation
import TestRecords

/// Videos of which every frame has a colour of its own, so that a picture tells which frame it is, and a record of a
/// clip of one.
struct ColouredVideo: Sendable {
    /// Whether frames come at times that are ever further apart.
    var varies = false
    /// What is added to the number of each frame before it becomes a colour.
    var shift = 0
    var size = "96x64"

    static let frames = 100
    /// The clip that records are of.
    static let number = 9
    static let key = RecordedOutput.key(number)

    /// When a frame is shown, in seconds.
    func time(of frame: Int) -> Double {
        varies ? Double(40 * frame + 4 * frame * frame) / 1000 : Double(frame) / 24
    }

    /// Draws it.
    func draw(at path: String) throws {
        let number = "(N+\(shift))"
        let colours = "geq=r='mod(\(number)*53+7,256)':g='mod(\(number)*97+31,256)':b='mod(\(number)*29+90,256)'"
        let times = varies ? ",settb=1/1000,setpts=40*N+4*N*N" : ""
        let rate = varies ? ["-fps_mode", "passthrough", "-enc_time_base", "1:1000"] : []
        let picture = "nullsrc=size=\(size):rate=24,format=gbrp,\(colours)\(times)"
        let codec = [
            "-c:v", "libx264", "-crf", "4", "-pix_fmt", "yuv444p", "-g", "24", "-video_track_timescale", "24000",
        ]
        try Self.ffmpeg(["-f", "lavfi", "-i", picture, "-frames:v", "\(Self.frames)"] + rate + codec + [path])
    }

    /// A picture's pixels, and which number's colour the one in its middle has.
    static func read(_ jpeg: Data) throws -> (pixels: Int, number: Int?) {
        let folder = FileManager.default.temporaryDirectory
        let files = ["jpg", "rgb"].map { folder.appending(path: "shotlist-frame-\(UUID().uuidString).\($0)") }
        defer { for file in files { try? FileManager.default.removeItem(at: file) } }
        try jpeg.write(to: files[0])
        try ffmpeg(["-i", files[0].path, "-f", "rawvideo", "-pix_fmt", "rgb24", files[1].path])
        let bytes = [UInt8](try Data(contentsOf: files[1]))
        let pixels = bytes.count / 3
        guard pixels > 0 else { return (0, nil) }
        let middle = pixels / 2 * 3
        return (pixels, number(of: bytes[middle..<middle + 3].map { Int($0) }))
    }

    /// The number whose colour is nearest to red, green and blue.
    static func number(of colour: [Int]) -> Int? {
        func distance(_ number: Int) -> Int {
            let own = [(53, 7), (97, 31), (29, 90)].map { (number * $0 + $1) % 256 }
            return zip(own, colour).reduce(0) { $0 + abs($1.0 - $1.1) }
        }
        return (0..<256).min { distance($0) < distance($1) }
    }

    /// Writes the record of a clip that begins at `first` of the video at `path`, with one window of 48 frames.
    func record(_ path: String, from first: Int, shown: [Int], in output: RecordedOutput) throws {
        let end = time(of: min(first + 48, Self.frames - 1))
        let window: [String: Any] = [
            "start_frame": 0, "end_frame": 47, "status": "success", "demo_caption": "Colours follow one another.",
            "model_id": "demo", "frame_indices": shown,
        ]
        let record: [String: Any] = [
            "span_uuid": RecordedOutput.clip(Self.number), "source_video": path,
            "duration_span": [time(of: first), end], "width_source": 96, "height_source": 64, "framerate_source": 24.0,
            "source_start_frame": first, "source_num_frames": 48, "windows": [window], "valid": true,
        ]
        let data = try JSONSerialization.data(withJSONObject: record)
        try output.write(data, to: "metas/v0/\(RecordedOutput.clip(Self.number)).json")
    }

    private static func ffmpeg(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["ffmpeg", "-nostdin", "-v", "error", "-y"] + arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
