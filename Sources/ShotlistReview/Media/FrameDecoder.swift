import ShotlistCatalog
import ShotlistCore
import ShotlistMedia
import Synchronization

/// A frame as the page gets it.
struct FramePicture: Sendable {
    /// A JPEG file.
    let jpeg: [UInt8]
    /// When it is shown, in seconds of the video. Of a clip's file it is the clip's start and the time in the file, which
    /// may be less than a frame early.
    let time: Double
}

/// Decodes frames of videos and clips. It blocks.
final class FrameDecoder: Sendable {
    /// The longer side of a picture at most, in pixels.
    static let longestSide = 640
    /// What JPEG may lose.
    private static let quality = 90
    /// Frames of the timelines that are kept: 8 bytes each.
    private static let mostTimes = 1 << 22

    private struct Known: Sendable {
        let file: FrameFile
        let size: PixelSize
        let timeline: FrameTimeline
    }

    private struct State {
        var hasStarted = false
        /// The last used last.
        var known: [Known] = []
    }

    private let reading: any MediaReading
    private let state = Mutex(State())

    /// - Parameter isolation: where files are read.
    init(_ isolation: MediaIsolation) {
        // It writes no files, and so may write nowhere.
        reading = isolation.reading(decoder: .cpu, threads: 2, folder: "", warn: { _ in })
    }

    /// Ends what is under way; no call follows.
    func shutDown() {
        reading.shutDown()
    }

    /// Frames of a window's clip.
    ///
    /// - Parameters:
    ///   - frames: counted from the clip's first.
    ///   - file: the clip's video, or its own file.
    /// - Returns: those that the file has, by their numbers.
    /// - Throws: ``ShotlistError`` when the file cannot be read or decoded.
    func pictures(
        _ frames: Set<Int>, of window: CatalogWindow, in file: FrameFile
    ) throws(ShotlistError) -> [Int: FramePicture] {
        let known = try probed(file)
        let timeline = known.timeline
        // As the run cut it: a clip has the frames from its start on.
        let start = window.clipSpan.lowerBound
        let first = file.kind == .clip ? 0 : timeline.frames(from: start, to: .infinity).lowerBound
        let wanted = frames.filter { 0 <= $0 && $0 < timeline.count - first }.sorted()
        guard let from = wanted.first, let last = wanted.last else { return [:] }
        let needs = WindowNeeds(
            range: FrameRange(start: from, end: last), modelFrames: wanted, modelSize: Self.bounded(known.size),
            previewFrames: [], previewHeight: nil)
        let reader = try reading.reader(
            path: file.path, timeline: timeline, clipFrames: first..<(first + last + 1), windows: [needs], threads: 2,
            limits: MediaLimits(), clipFile: nil)
        guard let decoded = try reader.next() else { return [:] }
        let missing = Set(decoded.missingFrames)
        let encoder = try JPEGEncoder(quality: Self.quality)
        var pictures: [Int: FramePicture] = [:]
        for (frame, picture) in zip(wanted.filter({ !missing.contains($0) }), decoded.modelFrames) {
            let time = timeline.time(of: first + frame) + (file.kind == .clip ? start : 0)
            pictures[frame] = FramePicture(jpeg: [UInt8](try encoder.encode(picture)), time: time)
        }
        return pictures
    }

    /// The size at which a picture is sent. That of small ones is said, too: a file may have others than it says.
    private static func bounded(_ size: PixelSize) -> PixelSize {
        let longest = max(size.width, size.height)
        guard longest > longestSide else { return size }
        return PixelSize(
            width: max(1, size.width * longestSide / longest), height: max(1, size.height * longestSide / longest))
    }

    /// What the file holds: from memory where its frames were asked for before.
    private func probed(_ file: FrameFile) throws(ShotlistError) -> Known {
        let (found, hasStarted) = state.withLock { state in
            if let index = state.known.firstIndex(where: { $0.file == file }) {
                state.known.append(state.known.remove(at: index))
                return (state.known.last, true)
            }
            return (nil, state.hasStarted)
        }
        if let found { return found }
        if !hasStarted { try reading.start() }
        let probed = try reading.probe(path: file.path, limits: MediaLimits())
        let known = Known(file: file, size: probed.metadata.size, timeline: probed.timeline)
        state.withLock { state in
            state.hasStarted = true
            state.known.removeAll { $0.file.path == file.path }
            state.known.append(known)
            while state.known.count > 1, state.known.reduce(0, { $0 + $1.timeline.count }) > Self.mostTimes {
                state.known.removeFirst()
            }
        }
        return known
    }
}
