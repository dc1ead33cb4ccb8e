import Foundation
import ShotlistCatalog
import ShotlistCore

/// An output folder of a test's own, with records as a run writes them; removed when the test ends.
final class SampleOutput {
    let url: URL
    var path: String { url.path }

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "shotlist-catalog-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url.appending(path: "metas/v0"), withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func open(
        by person: String = "Ada", checks: CheckSettings = CheckSettings()
    ) async throws(ShotlistError) -> Catalog {
        try await Catalog.open(outputPath: path, by: person, checks: checks)
    }

    /// Writes a clip's record.
    @discardableResult
    func write(_ clip: SampleClip) throws -> [WindowKey] {
        let data = try JSONSerialization.data(withJSONObject: clip.record, options: [.sortedKeys])
        try write(data, as: "metas/v0/\(clip.name).json")
        return clip.keys
    }

    /// Writes one clip with a window for each caption.
    @discardableResult
    func write(_ captions: [String?], video: String = "videos/set1/bikes.mp4", clip: Int = 0) throws -> [WindowKey] {
        try write(SampleClip(video: video, clip: clip, captions: captions))
    }

    func write(_ data: Data, as name: String) throws {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file, options: .atomic)
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(at: url.appending(path: name))
    }
}

/// A clip of ten seconds at 25 frames a second, as its record tells of it.
struct SampleClip {
    var video = "videos/set1/bikes.mp4"
    var clip = 0
    /// Of each window of 100 frames; nil for one that failed.
    var captions: [String?] = []
    var more: [String: Any] = [:]
    /// Of the video's content.
    var digest: String?

    var id: UUID { ClipID.make(inputPath: video, startFrame: clip * 250, endFrame: clip * 250 + 250) }
    var name: String { id.uuidString.lowercased() }

    var keys: [WindowKey] {
        captions.indices.map { WindowKey(clip: id, start: $0 * 100, end: $0 * 100 + 99) }
    }

    var record: [String: Any] {
        let windows = zip(keys, captions).map { key, caption -> [String: Any] in
            var window: [String: Any] = [
                "start_frame": key.start, "end_frame": key.end, "trace_id": "0123456789abcdef",
                "status": caption == nil ? "error" : "success", "flags": [String](), "frame_indices": [0, 50],
                "model_id": "qwen3-vl", "model_revision": "abc", "prompt_tokens": 1000, "output_tokens": 40 + key.start,
                "seconds": 1.5, "settings": String(repeating: "a", count: 64),
            ]
            window["qwen_caption"] = caption
            if caption == nil {
                window["reason"] = "engine_failed"
                window["reason_text"] = "The engine failed."
            }
            return window.merging(more) { $1 }
        }
        let told: [String: Any] = digest.map { ["source_digest": $0] } ?? [:]
        return [
            "span_uuid": name, "source_video": video, "duration_span": [Double(clip) * 10, Double(clip) * 10 + 10],
            "width_source": 640, "height_source": 272, "framerate_source": 25.0,
            "clip_location": "out/clips/\(name).mp4", "windows": windows, "valid": true, "status": "success",
            "source_start_frame": clip * 250, "source_num_frames": 250,
        ].merging(told) { $1 }
    }
}

extension WindowFilter {
    /// A filter with one thing set.
    static func with(_ set: (inout WindowFilter) -> Void) -> WindowFilter {
        var filter = WindowFilter()
        set(&filter)
        return filter
    }

    static func text(_ text: String) -> WindowFilter { with { $0.text = text } }
}
