import ArgumentParser
import ShotlistCore
import ShotlistMedia
import ShotlistPipeline

/// How videos are cut into clips and clips into files.
struct SplittingOptions: ParsableArguments {
    @Option(help: "How videos are cut: fixed_stride, or none (each file is one clip).")
    var splittingAlgorithm = "fixed_stride"

    @Option(parsing: .unconditional, help: "Seconds of a clip.")
    var fixedStrideSplitDuration = 10.0

    @Option(
        name: .customLong("fixed-stride-min-clip-length-s"), parsing: .unconditional,
        help: "Leave out clips shorter than this.")
    var fixedStrideMinClipLengthS = 2.0

    @Option(parsing: .unconditional, help: "The most clips of a video; 0 for all.")
    var limitClips = 0

    @Option(help: "How clips are written: \(ClipEncoder.allCases.map(\.rawValue).joined(separator: ", ")).")
    var transcodeEncoder = ClipEncoder.libx264.rawValue

    @Option(parsing: .unconditional, help: "Threads of one encoder.")
    var transcodeEncoderThreads = 1

    /// The stage that makes clips.
    func splitter() throws(ShotlistError) -> any SplittingStage {
        switch splittingAlgorithm {
        case "fixed_stride":
            return try FixedStrideExtractorStage(
                clipLenS: fixedStrideSplitDuration, clipStrideS: fixedStrideSplitDuration,
                minClipLengthS: fixedStrideMinClipLengthS, limitClips: limitClips)
        case "none":
            return WholeVideoStage()
        case "transnetv2":
            throw ShotlistError(
                .notAvailable, "Splitting at scene changes (transnetv2) is not part of Shotlist.",
                remedy: "Use fixed_stride, or cut the scenes first and use none.")
        default:
            throw ShotlistError(
                .invalidArgument, "There is no splitting algorithm '\(splittingAlgorithm)'.",
                remedy: "Use fixed_stride or none.")
        }
    }

    /// The stage that writes clips as files.
    func transcoder() throws(ShotlistError) -> ClipTranscodingStage {
        guard let encoder = ClipEncoder(rawValue: transcodeEncoder) else {
            throw ShotlistError(
                .invalidArgument, "There is no encoder '\(transcodeEncoder)'.",
                remedy: "Use one of: \(ClipEncoder.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return try ClipTranscodingStage(encoder: encoder, encoderThreads: transcodeEncoderThreads)
    }
}
