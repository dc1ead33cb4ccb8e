import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("A still video")
struct StillVideoTests {
    @Test("has the frames that were asked for, and they are grey")
    func frames() throws {
        let size = PixelSize(width: 448, height: 252)
        let path = Footage.newFile(".mp4")
        try StillVideo.mp4(size: size, frames: 4, rate: 2).write(to: path)
        #expect(try FFmpeg.streamEntry("codec_name", of: path.path) == "h264")
        #expect(try FFmpeg.streamEntry("r_frame_rate", of: path.path) == "2/1")
        let frames = try FFmpeg.frames(of: path.path, size: size)
        #expect(frames.count == 4)
        for frame in frames { #expect(frame.bytes.allSatisfy { (120...140).contains($0) }) }
    }
}
