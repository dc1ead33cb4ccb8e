import Foundation

/// An output that no run has made: records, previews and clips as they are on the disk.
public final class RecordedOutput: Sendable {
    /// Its folder.
    public let folder: URL

    /// Frames of a window, and how many are shown to the model for each second.
    public static let framesOfWindow = 48
    /// Frames for each second.
    public static let fps = 24.0

    /// Makes an empty output in a folder of its own.
    public init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-review-\(UUID().uuidString)")
        for name in ["metas/v0", "previews", "clips"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The clip of a number, always the same.
    public static func clip(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "00000000-0000-5000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// The key of a clip's window.
    public static func key(_ clip: Int, window: Int = 0) -> String {
        "\(Self.clip(clip))/\(window * framesOfWindow)_\((window + 1) * framesOfWindow - 1)"
    }

    /// Writes a clip's record with a window for each caption; nil for one that failed.
    ///
    /// - Parameter settings: the hash by which a ledger knows what shaped the captions.
    public func add(
        _ number: Int, video: String = "videos/a.mp4", captions: [String?], enhanced: String? = nil,
        flags: [String] = [], settings: String? = nil
    ) throws {
        let seconds = Double(captions.count * Self.framesOfWindow) / Self.fps
        let start = Double(number) * seconds
        let windows = captions.enumerated().map { index, caption -> [String: Any] in
            let first = index * Self.framesOfWindow
            var window: [String: Any] = [
                "start_frame": first, "end_frame": first + Self.framesOfWindow - 1,
                "status": caption == nil ? "error" : "success", "flags": flags, "seconds": 1.5, "prompt_tokens": 100,
                "output_tokens": 20, "model_id": "demo", "frame_indices": [first, first + 24],
            ]
            window["demo_caption"] = caption
            window["llm_enhanced_caption"] = enhanced
            window["settings"] = settings
            if caption == nil {
                window["reason"] = "empty"
                window["reason_text"] = "The model answered nothing."
            }
            return window
        }
        let record: [String: Any] = [
            "span_uuid": Self.clip(number), "source_video": video, "duration_span": [start, start + seconds],
            "width_source": 320, "height_source": 180, "framerate_source": Self.fps,
            "source_num_frames": captions.count * Self.framesOfWindow, "windows": windows, "valid": true,
            "clip_location": "clips/\(Self.clip(number)).mp4",
        ]
        try JSONSerialization.data(withJSONObject: record, options: [.sortedKeys])
            .write(to: folder.appending(path: "metas/v0/\(Self.clip(number)).json"), options: .atomic)
    }

    /// Writes a file below the folder.
    public func write(_ bytes: Data, to path: String) throws {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: file)
    }

    /// Draws a clip of two windows, and the previews of both.
    public func draw(_ number: Int) throws {
        let picture = "testsrc=size=320x180:rate=24:duration=4"
        let clip = folder.appending(path: "clips/\(Self.clip(number)).mp4").path
        try Self.ffmpeg(["-f", "lavfi", "-i", picture, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "12", clip])
        for window in 0..<2 {
            let preview = folder.appending(path: "previews/\(Self.key(number, window: window)).webp")
            try FileManager.default.createDirectory(
                at: preview.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Self.ffmpeg(["-ss", "\(window * 2)", "-t", "2", "-i", clip, "-r", "4", "-loop", "0", preview.path])
        }
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
