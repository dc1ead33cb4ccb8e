import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("Colours are those of PyAV's rgb24")
struct ColourTests {
    struct Golden: Decodable {
        struct Frame: Decodable {
            let file: String
            let index: Int
            let size: [Int]
            let means: [Double]
            let pixels: [[Int]]
        }
        let frames: [Frame]
    }

    @Test("frames of real footage; see Fixtures/make_pyav_frames.py")
    func golden() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/pyav_frames.json")
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
        #expect(golden.frames.count == 10)
        for sample in golden.frames {
            let path = Footage.folder.appendingPathComponent(sample.file).path
            let frame = try #require(try Reading.frames(of: path, from: 0, [sample.index]).frames.first)
            #expect([frame.size.width, frame.size.height] == sample.size)
            for channel in 0..<3 {
                let values = stride(from: channel, to: frame.bytes.count, by: 3).map { Int(frame.bytes[$0]) }
                let mean = Double(values.reduce(0, +)) / Double(values.count)
                #expect(abs(mean - sample.means[channel]) < 0.2, "\(sample.file) \(sample.index)")
            }
            let differences = sample.pixels.flatMap { pixel in
                (0..<3).map { abs(Int(frame.bytes[(pixel[1] * frame.size.width + pixel[0]) * 3 + $0]) - pixel[2 + $0]) }
            }
            #expect(Double(differences.reduce(0, +)) / Double(differences.count) < 0.5)
        }
    }
}
