import Foundation
import ShotlistCore
import ShotlistMedia

/// Frames that are written as the client sends them, and what that costs.
struct FramesAsJPEG {
    /// What one window's frames take.
    struct Cost: Encodable {
        let frames: Int
        let bytes: Int
        /// Of one core.
        let milliseconds: Double
    }

    /// A file of 8-bit red, green and blue, frame after frame.
    let pixels: String
    let size: PixelSize
    let folder: String

    private static let quality = 95
    private static let repeats = 20

    /// Writes a file for each frame.
    func write() throws -> Cost {
        let frames = try self.frames()
        let encoder = try JPEGEncoder(quality: Self.quality)
        var files: [Data] = []
        let start = ProcessUse.cpuSeconds
        for _ in 0..<Self.repeats { files = try frames.map { try encoder.encode($0) } }
        let seconds = (ProcessUse.cpuSeconds - start) / Double(Self.repeats)
        for (number, file) in files.enumerated() {
            let name = number < 10 ? "0\(number)" : "\(number)"
            try file.write(to: URL(filePath: "\(folder)/\(name).jpg"))
        }
        return Cost(frames: files.count, bytes: files.reduce(0) { $0 + $1.count }, milliseconds: seconds * 1000)
    }

    /// The frames of the file.
    func frames() throws -> [RGBFrame] {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: pixels)))
        let length = size.area * 3
        guard length > 0, !bytes.isEmpty, bytes.count % length == 0 else {
            throw Complaint("'\(pixels)' does not hold frames of \(size)")
        }
        return stride(from: 0, to: bytes.count, by: length).map {
            RGBFrame(size: size, bytes: Array(bytes[$0..<$0 + length]))
        }
    }
}
