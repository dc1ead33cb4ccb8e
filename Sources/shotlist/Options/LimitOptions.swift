import ArgumentParser
import ShotlistCore
import ShotlistMedia

/// What a video may ask for at most.
struct LimitOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "The most columns of a picture.")
    var maxWidth = MediaLimits().width

    @Option(parsing: .unconditional, help: "The most rows of a picture.")
    var maxHeight = MediaLimits().height

    @Option(parsing: .unconditional, help: "The most pixels of a picture.")
    var maxPixels = MediaLimits().pixels

    @Option(parsing: .unconditional, help: "The most bytes of a decoded picture, and of a packet.")
    var maxFrameBytes = MediaLimits().frameBytes

    @Option(parsing: .unconditional, help: "The most seconds of a video.")
    var maxDuration = MediaLimits().duration

    @Option(parsing: .unconditional, help: "The most frames of a video.")
    var maxFrames = MediaLimits().frames

    @Option(parsing: .unconditional, help: "The most frames a second.")
    var maxFrameRate = MediaLimits().frameRate

    @Option(parsing: .unconditional, help: "The most streams of a file.")
    var maxStreams = MediaLimits().streams

    @Option(parsing: .unconditional, help: "The most memory for the index of an mp4 or mov file, in bytes.")
    var maxIndexBytes = MediaLimits().indexBytes

    @Option(parsing: .unconditional, help: "The most bytes to read to find out what the streams are.")
    var maxProbeBytes = MediaLimits().probeBytes

    @Option(parsing: .unconditional, help: "The most packets to read to find out what the streams are.")
    var maxProbePackets = MediaLimits().probePackets

    @Option(parsing: .unconditional, help: "The most packets that are no frames, beyond as many as there are frames.")
    var maxEmptyPackets = MediaLimits().emptyPackets

    @Option(parsing: .unconditional, help: "The most packets in a row that give no picture.")
    var maxUndecodedPackets = MediaLimits().undecodedPackets

    /// The limits as they were given.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for one out of range.
    func limits() throws(ShotlistError) -> MediaLimits {
        var limits = MediaLimits()
        limits.width = try Self.checked(maxWidth, "width")
        limits.height = try Self.checked(maxHeight, "height")
        limits.pixels = try Self.checked(maxPixels, "pixels")
        limits.frameBytes = try Self.checked(maxFrameBytes, "frame-bytes")
        limits.frames = try Self.checked(maxFrames, "frames")
        limits.streams = try Self.checked(maxStreams, "streams")
        limits.indexBytes = try Self.checked(maxIndexBytes, "index-bytes", most: 1 << 40)
        limits.probeBytes = try Self.checked(maxProbeBytes, "probe-bytes", least: 32)
        limits.probePackets = try Self.checked(maxProbePackets, "probe-packets")
        limits.emptyPackets = try Self.checked(maxEmptyPackets, "empty-packets", least: 0)
        limits.undecodedPackets = try Self.checked(maxUndecodedPackets, "undecoded-packets")
        // A video of a year is the longest that is read.
        limits.duration = try Self.checked(maxDuration, "duration", most: 31_536_000)
        limits.frameRate = try Self.checked(maxFrameRate, "frame-rate", most: 1_000_000_000)
        return limits
    }

    private static func checked(
        _ value: Int, _ name: String, least: Int = 1, most: Int = Int(Int32.max)
    ) throws(ShotlistError) -> Int {
        guard value >= least, value <= most else { throw wrong(name, "\(value)", "\(least) to \(most)") }
        return value
    }

    private static func checked(_ value: Double, _ name: String, most: Int) throws(ShotlistError) -> Double {
        guard value > 0, value <= Double(most) else {
            throw wrong(name, "\(value)", "a number above 0, at most \(most)")
        }
        return value
    }

    private static func wrong(_ name: String, _ value: String, _ range: String) -> ShotlistError {
        ShotlistError(
            .invalidArgument, "The limit --max-\(name) is \(value), which cannot be kept.", remedy: "Give \(range).")
    }
}
