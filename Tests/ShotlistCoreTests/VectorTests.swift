import Foundation
import ShotlistCore
import Testing

/// Tables made by running NeMo Curator 1.4.0 and qwen-vl-utils; see Fixtures/README.md.
@Suite("The reference implementations' tables hold")
struct VectorTests {
    struct WindowCase: Decodable {
        struct Sampled: Decodable {
            let start: Int
            let end: Int
            let num_sampled: Int?
            let frame_indices: [Int]?
            let error: String?
        }
        let total_frames: Int
        let window_size: Int
        let remainder_threshold: Int
        let sampling_fps: Double
        let video_fps: Double
        let windows: [Sampled]
    }

    struct ResizeTable: Decodable {
        struct Case: Decodable {
            let height: Int
            let width: Int
            let num_frames: Int
            let resized_height: Int
            let resized_width: Int
        }
        let cases: [Case]
    }

    @Test("every window and every sampled frame of windows.json")
    func windows() throws {
        let cases = try load([WindowCase].self, "windows.json")
        #expect(cases.count == 79)
        for table in cases {
            let plan = try WindowPlan(windowSize: table.window_size, remainderThreshold: table.remainder_threshold)
            let windows = plan.windows(totalFrames: table.total_frames)
            let expected = table.windows.map { FrameRange(start: $0.start, end: $0.end) }
            #expect(windows == expected, "\(table)")
            let sampling = try SamplingPlan(samplingFPS: table.sampling_fps)
            for (window, expected) in zip(windows, table.windows) {
                guard expected.error == nil else {
                    #expect(throws: ShotlistError.self) {
                        try sampling.frameIndices(of: window, videoFPS: table.video_fps)
                    }
                    continue
                }
                let indices = try sampling.frameIndices(of: window, videoFPS: table.video_fps)
                #expect(indices == expected.frame_indices, "\(table)")
            }
        }
    }

    @Test("every size of video_resize.json")
    func resize() throws {
        let table = try load(ResizeTable.self, "video_resize.json")
        #expect(table.cases.count > 50)
        let plan = try ResizePlan()
        for row in table.cases {
            let size = try plan.size(
                for: PixelSize(width: row.width, height: row.height), frames: row.num_frames)
            #expect(size == PixelSize(width: row.resized_width, height: row.resized_height), "\(row)")
        }
    }

    @Test("every size of qwen3vl_sizes.json")
    func volumes() throws {
        let table = try load(ResizeTable.self, "qwen3vl_sizes.json")
        #expect(table.cases.count > 200)
        let plan = try VolumeResizePlan()
        for row in table.cases {
            let size = PixelSize(width: row.width, height: row.height)
            let expected = PixelSize(width: row.resized_width, height: row.resized_height)
            #expect(try plan.size(for: size, frames: row.num_frames) == expected, "\(row)")
            guard row.num_frames.isMultiple(of: 2), min(expected.width, expected.height) > 32 else { continue }
            #expect(try plan.size(for: expected, frames: row.num_frames) == expected, "\(row), again")
        }
    }

    @Test("bounds of a frame hold beside those of a video")
    func boundedVolume() throws {
        let sizing = FrameSizing.volume(try VolumeResizePlan())
        let full = PixelSize(width: 1920, height: 1080)
        let small = try sizing.bounded(minimumPixels: nil, maximumPixels: 256 * 1024).size(for: full, frames: 8)
        #expect(small.area <= 256 * 1024 && small.area > 200 * 1024)
        let large = try sizing.bounded(minimumPixels: 128 * 1024, maximumPixels: nil).size(for: full, frames: 768)
        #expect(large.area <= 128 * 1024 && large.area > 100 * 1024)
        #expect(try sizing.size(for: full, frames: 768).area < 32 * 1024)
        #expect(throws: ShotlistError.self) { try sizing.bounded(minimumPixels: 5000, maximumPixels: 4000) }
        #expect(throws: ShotlistError.self) { try sizing.bounded(minimumPixels: 0, maximumPixels: nil) }
        #expect(throws: ShotlistError.self) { try VolumeResizePlan(minimumVolume: 9000, maximumVolume: 8000) }
        #expect(throws: ShotlistError.self) { try sizing.size(for: PixelSize(width: 3, height: 900), frames: 4) }
    }

    private func load<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: name)))
    }
}
