import Foundation
import ShotlistCore

/// What a process that reads files is asked. A timeline's times are in the shared memory.
enum MediaRequest: Codable, Sendable {
    case begin(WorkerSettings)
    case probe(path: String, limits: MediaLimits)
    case open(WindowsRequest)
    case next
    case finishFile
    case close
    case write(ClipRequest)
    case windowMP4(MP4Request)
}

/// What it answers. Pictures, times and bytes are in the shared memory.
enum MediaAnswer: Codable, Sendable {
    /// What it has given up.
    case begun(Confinement)
    /// It works; the answer is still to come.
    case progress
    case probed(ProbeAnswer)
    case opened(clipFileProblem: ErrorWords?)
    case window(WindowAnswer)
    case file(FileAnswer)
    case bytes(Int)
    case closed
    case failed(ErrorWords)
}

/// What a process is told first.
struct WorkerSettings: Codable, Sendable {
    let memory: Int
    let openFiles: Int
    let fileBytes: Int
    let threads: Int
    let decoder: VideoDecoder
    /// Whether a card is needed, to decode or to encode.
    let usesCard: Bool
    /// The folder for clips' files.
    let folder: String
    /// Whether it is to try again what another process did not survive.
    let isAlone: Bool
}

/// What a process has given up before it reads a file.
package struct Confinement: Codable, Sendable, Hashable {
    /// Whether it cannot make a socket; it always must.
    package let refusesConnections: Bool
    /// Why it is not in a network of its own; nil where it is.
    package let networkProblem: String?
    /// Why it may write outside its folder as the user may; nil where it may not.
    package let folderProblem: String?
}

/// A timeline without its times.
struct TimelineNote: Codable, Sendable {
    let count: Int
    let numerator: Int
    let denominator: Int
    let lastDuration: Int64
    /// Whether the process has it from the request before.
    var isKnown = false

    init(_ timeline: FrameTimeline) {
        count = timeline.count
        numerator = timeline.timeBase.numerator
        denominator = timeline.timeBase.denominator
        lastDuration = timeline.lastDuration
    }

    func timeline(_ timestamps: [Int64]) -> FrameTimeline {
        FrameTimeline(
            timestamps: timestamps, timeBase: (numerator: numerator, denominator: denominator),
            lastDuration: lastDuration)
    }
}

struct WindowsRequest: Codable, Sendable {
    let path: String
    var timeline: TimelineNote
    let clipFrames: Range<Int>
    let windows: [WindowNeeds]
    let threads: Int
    let decoder: VideoDecoder
    let limits: MediaLimits
    let clipFile: ClipFileRequest?
}

struct ClipFileRequest: Codable, Sendable {
    let metadata: VideoMetadata
    let encoder: ClipEncoder
    let threads: Int
    let destination: String
}

struct ClipRequest: Codable, Sendable {
    let path: String
    var timeline: TimelineNote
    let clipFrames: Range<Int>
    let decoder: VideoDecoder
    let limits: MediaLimits
    let file: ClipFileRequest
}

struct MP4Request: Codable, Sendable {
    let path: String
    var timeline: TimelineNote
    let frames: Range<Int>
    let limits: MediaLimits
}

struct ProbeAnswer: Codable, Sendable {
    let metadata: VideoMetadata
    let timeline: TimelineNote
    let warnings: [String: String]
}

struct WindowAnswer: Codable, Sendable {
    let model: [PicturePlace]
    let preview: [PicturePlace]
    let missing: [Int]
    /// Whether the video's pictures are so large that memory is kept for none: what was copied is given back.
    let isLarge: Bool
    let clipFileProblem: ErrorWords?
}

/// Where a picture's bytes are.
struct PicturePlace: Codable, Sendable {
    let offset: Int
    let size: PixelSize
    /// In 4:2:0, else in RGB.
    let isYUV: Bool
}

struct FileAnswer: Codable, Sendable {
    let numBytes: Int
    let size: PixelSize
    let framerate: Double
    let numFrames: Int
    let videoCodec: String
    let warnings: [String: String]

    init(_ clip: EncodedClip) {
        numBytes = clip.numBytes
        size = clip.size
        framerate = clip.framerate
        numFrames = clip.numFrames
        videoCodec = clip.videoCodec
        warnings = clip.warnings
    }

    func clip(at file: URL) -> EncodedClip {
        var clip = EncodedClip(
            file: file, numBytes: numBytes, size: size, framerate: framerate, numFrames: numFrames,
            videoCodec: videoCodec)
        clip.warnings = warnings
        return clip
    }
}

/// A ``ShotlistError`` on its way.
struct ErrorWords: Codable, Sendable {
    let code: ShotlistError.Code
    let message: String
    let remedy: String

    init(_ error: ShotlistError) {
        code = error.code
        message = error.message
        remedy = error.remedy
    }

    var error: ShotlistError { ShotlistError(code, message, remedy: remedy) }
}
