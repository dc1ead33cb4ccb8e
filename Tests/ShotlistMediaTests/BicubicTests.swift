import Foundation
import ShotlistCore
import Testing

@Suite("Resizing is torchvision's")
struct BicubicTests {
    struct Golden: Decodable {
        struct Case: Decodable {
            let source: [Int]
            let target: [Int]
            let sum: Int
            let places: [Int]
            let values: [Int]
        }
        let cases: [Case]
    }

    /// The picture of Fixtures/make_bicubic.py.
    private func picture(_ size: PixelSize) -> RGBFrame {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size.area * 3)
        for y in 0..<size.height {
            for x in 0..<size.width {
                for c in 0..<3 {
                    let value = (x * x + 7 * y * y + 3 * x * y + 11 * x + 5 * y + 67 * c * (x + y + 1)) >> 2
                    bytes.append(UInt8(value & 255))
                }
            }
        }
        return RGBFrame(size: size, bytes: bytes)
    }

    @Test("samples of pictures resized by torch; see Fixtures/make_bicubic.py")
    func golden() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/bicubic.json")
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
        #expect(golden.cases.count == 8)
        for sample in golden.cases {
            let source = PixelSize(width: sample.source[0], height: sample.source[1])
            let target = PixelSize(width: sample.target[0], height: sample.target[1])
            let resized = BicubicResize.resize(picture(source), to: target)
            #expect(resized.size == target)
            let differences = zip(sample.places, sample.values).map { abs(Int(resized.bytes[$0]) - $1) }
            Measured.note("resized", Double(differences.reduce(0, +)) / Double(differences.count))
            #expect(differences.max() ?? 9 <= 1, "\(source) to \(target)")
            // Ties may round the other way: hardly ever, and not to one side.
            #expect(differences.filter { $0 > 0 }.count <= 1, "\(source) to \(target)")
            let sum = resized.bytes.reduce(0) { $0 + Int($1) }
            #expect(abs(sum - sample.sum) <= max(3, resized.bytes.count / 10_000), "\(source) to \(target)")
        }
    }

    @Test("the same size is the same picture; flat stays flat")
    func trivial() {
        let frame = picture(PixelSize(width: 41, height: 23))
        #expect(BicubicResize.resize(frame, to: frame.size) == frame)
        #expect(BicubicResize(from: frame.size, to: frame.size)(frame) == frame)
        let flat = RGBFrame(size: frame.size, bytes: [UInt8](repeating: 200, count: 41 * 23 * 3))
        let resized = BicubicResize.resize(flat, to: PixelSize(width: 28, height: 56))
        #expect(resized.bytes.allSatisfy { $0 == 200 })
    }
}
