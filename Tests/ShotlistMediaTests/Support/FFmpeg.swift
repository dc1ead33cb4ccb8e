import Foundation
import ShotlistCore

/// The ffmpeg program, which tests use to make files and as a reference for frames.
enum FFmpeg {
    /// Runs ffmpeg and gives what it writes to standard output.
    @discardableResult
    static func run(_ arguments: [String]) throws -> Data {
        try Program.output(of: "ffmpeg", ["-nostdin", "-v", "error", "-y"] + arguments)
    }

    /// Every frame of `path` as ffmpeg decodes, turns and converts it, without repeating or dropping any.
    ///
    /// - Parameter filter: what frames go through.
    static func frames(of path: String, size: PixelSize, filter: String = "null") throws -> [RGBFrame] {
        let output = ["-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
        let raw = try run(["-i", path, "-vf", filter] + output)
        let length = size.area * 3
        guard raw.count % length == 0 else {
            throw Program.Failure(description: "\(path): frames are not of \(size)")
        }
        return stride(from: 0, to: raw.count, by: length).map {
            RGBFrame(size: size, bytes: Array(raw[$0..<$0 + length]))
        }
    }

    /// The reference for HDR, which docs/exactness.md names: light is made linear, its primaries BT.709's, its
    /// brightest parts are compressed by Hable's curve.
    static let toneMapping =
        "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,"
        + "zscale=t=bt709,format=gbrp,format=rgb24"

    /// The value of one entry of the video stream, as ffprobe prints it.
    static func streamEntry(_ name: String, of path: String, stream: String = "v:0") throws -> String {
        let arguments = ["-v", "error", "-select_streams", stream, "-show_entries", "stream=\(name)"]
        let data = try Program.output(of: "ffprobe", arguments + ["-of", "default=nw=1:nk=1", path])
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// When each packet of a stream is shown, in seconds, without those that an edit list hides.
    static func shownTimes(of path: String, stream: String = "v:0") throws -> [Double] {
        let arguments = ["-v", "error", "-select_streams", stream, "-show_entries", "packet=pts_time,flags"]
        let data = try Program.output(of: "ffprobe", arguments + ["-of", "csv=p=0", path])
        return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
            let parts = line.split(separator: ",")
            guard parts.count >= 2, !parts[1].contains("D") else { return nil }
            return Double(parts[0])
        }.sorted()
    }

    /// Where in the file a packet of the video stream lies.
    static func packetRange(_ index: Int, of path: String) throws -> Range<Int> {
        let arguments = ["-v", "error", "-select_streams", "v:0", "-show_entries", "packet=size,pos"]
        let data = try Program.output(of: "ffprobe", arguments + ["-of", "csv=p=0", path])
        let numbers = String(decoding: data, as: UTF8.self).split(separator: "\n")[index].split(separator: ",")
            .compactMap { Int($0) }
        guard numbers.count >= 2 else { throw Program.Failure(description: "\(path): no place of packet \(index)") }
        return numbers[1]..<numbers[1] + numbers[0]
    }

    /// Clockwise degrees by which the picture is turned, as ffprobe reads the display matrix.
    static func rotation(of path: String) throws -> Int {
        let arguments = ["-v", "error", "-select_streams", "v:0", "-show_entries", "stream_side_data=rotation"]
        let data = try Program.output(of: "ffprobe", arguments + ["-of", "default=nw=1:nk=1", path])
        let counterclockwise = Int(
            String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        return (360 - (counterclockwise ?? 0)) % 360
    }
}
