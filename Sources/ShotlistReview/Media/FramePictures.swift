import Foundation
import ShotlistCatalog
import ShotlistCore

/// Frames as the model saw them, decoded when a page asks for one, some at once: a page that asks for one asks for the
/// next as well.
actor FramePictures {
    /// Frames that are decoded at once.
    private static let together = 16
    /// Bytes of pictures that are kept for the next page that asks.
    private static let mostBytes = 1 << 26

    /// Frames of a window that are decoded at once.
    private struct Part: Hashable {
        let window: WindowKey
        let file: FrameFile
        /// A run with another rate shows other frames of the same window.
        let frames: ArraySlice<Int>
    }

    private typealias Pictures = [Int: FramePicture]

    private let decoder: FrameDecoder
    private let gate: FrameGate
    /// What is being decoded; whoever asks for the same waits for it, too.
    private var underWay: [Part: Task<Pictures, any Error>] = [:]
    private var kept: [(part: Part, pictures: Pictures)] = []

    init(_ decoder: FrameDecoder, limits: FrameLimits) {
        self.decoder = decoder
        gate = FrameGate(limits)
    }

    /// One of the frames that the model was shown.
    ///
    /// - Parameter index: its place among these; there must be one.
    /// - Returns: nil when the file has no such frame.
    /// - Throws: ``ShotlistError`` when the file cannot be read; ``Refusal`` (503) when too much is asked for at once.
    func picture(_ index: Int, of window: CatalogWindow, in file: FrameFile) async throws -> FramePicture? {
        let first = index / Self.together * Self.together
        let last = min(first + Self.together, window.framesShown.count)
        let part = Part(window: window.key, file: file, frames: window.framesShown[first..<last])
        let frame = window.framesShown[index]
        if let known = kept.first(where: { $0.part == part }) { return known.pictures[frame] }
        let task = underWay[part] ?? Task { try await self.decode(part, window) }
        underWay[part] = task
        return try await task.value[frame]
    }

    private func decode(_ part: Part, _ window: CatalogWindow) async throws -> Pictures {
        defer { underWay[part] = nil }
        let frames = Set(part.frames)
        try await gate.enter()
        let result = await Self.onOwnThread { [decoder] in
            Result { () throws(ShotlistError) in try decoder.pictures(frames, of: window, in: part.file) }
        }
        await gate.leave()
        let pictures = try result.get()
        kept.append((part, pictures))
        while kept.count > 1, Self.bytes(of: kept) > Self.mostBytes { kept.removeFirst() }
        return pictures
    }

    private static func bytes(of kept: [(part: Part, pictures: Pictures)]) -> Int {
        kept.reduce(0) { $0 + $1.pictures.values.reduce(0) { $0 + $1.jpeg.count } }
    }

    /// Decoding takes its time, and must not hold up what answers other requests.
    private static func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { done in
            Thread.detachNewThread { done.resume(returning: body()) }
        }
    }
}
