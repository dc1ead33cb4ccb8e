import Foundation
import ShotlistCore

/// PyAV with the FFmpeg that it brings, the reference for frames: NeMo Curator decodes with it.
enum PyAV {
    /// Frames in order of presentation.
    struct Video {
        struct Frame {
            /// In rgb24, as stored.
            let picture: RGBFrame
            /// When it is shown, in microseconds; nil where PyAV does not know.
            let microseconds: Int64?
        }
        /// How many frames there are, also of those that were not asked for.
        let count: Int
        /// Clockwise degrees by which frames are turned to be shown.
        let rotation: Int
        /// The frames that were asked for.
        let frames: [Frame]

        /// The frames' pictures as they are shown.
        var shown: [RGBFrame] { frames.map { Reading.turned($0.picture, by: rotation) } }
    }

    /// The frames of `path` at `indices`, or all of them where none is given.
    static func decode(_ path: String, _ indices: [Int] = []) throws -> Video {
        let script = Program.root.appendingPathComponent("Tests/ShotlistMediaTests/Fixtures/pyav_reference.py").path
        let data = try Program.output(of: python.get(), ["-B", script, path] + indices.map(String.init))
        guard let end = data.firstIndex(of: UInt8(ascii: "\n")) else {
            throw Program.Failure(description: "PyAV gave nothing of \(path)")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let header = try decoder.decode(Header.self, from: data[..<end])
        var offset = end + 1
        var frames: [Video.Frame] = []
        for frame in header.frames {
            let size = PixelSize(width: frame.width, height: frame.height)
            let next = offset + size.area * 3
            guard next <= data.endIndex else {
                throw Program.Failure(description: "PyAV's frames of \(path) end early")
            }
            let picture = RGBFrame(size: size, bytes: Array(data[offset..<next]))
            frames.append(Video.Frame(picture: picture, microseconds: frame.microseconds))
            offset = next
        }
        return Video(count: header.count, rotation: header.rotation, frames: frames)
    }

    /// The line before the frames' bytes; see Fixtures/pyav_reference.py.
    private struct Header: Decodable {
        struct Frame: Decodable {
            let width: Int
            let height: Int
            let microseconds: Int64?
        }
        let count: Int
        let rotation: Int
        let frames: [Frame]
    }

    private static let python: Result<String, any Error> = Result {
        try Program.lastLine(ofScript: "scripts/reference/environment.sh")
    }
}
