import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistMedia

/// `shotlist probe`: what is in a file.
struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Tell what is in a video file.")

    @Argument(help: "The video file.")
    var file: String

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup(title: "Limits") var limits: LimitOptions

    func run() async throws {
        try await Ending.of {
            let probed = try MediaProbe.probe(path: file, limits: limits.limits())
            for warning in probed.warnings.sorted(by: { $0.key < $1.key }) {
                FileHandle.standardError.write(Data("warning: \(warning.value.printable)\n".utf8))
            }
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                encoder.keyEncodingStrategy = .convertToSnakeCase
                print(String(decoding: try encoder.encode(probed.metadata), as: UTF8.self))
            } else {
                print(Self.table(of: probed.metadata))
            }
            return 0
        }
    }

    private static func table(of data: VideoMetadata) -> String {
        let rows = [
            ("size", "\(data.sizeInBytes) bytes"),
            ("picture", "\(data.size)" + (data.rotation == 0 ? "" : ", turned by \(data.rotation) degrees")),
            ("frames", "\(data.numFrames)"),
            ("rate", String(format: "%.3f a second on average", data.framerate)),
            ("duration", String(format: "%.3f s", data.duration)),
            ("codec", data.videoCodec),
            ("pixels", data.pixelFormat),
            ("audio", data.audioCodec ?? "none"),
            ("bit rate", data.bitRate > 0 ? "\(data.bitRate / 1000) kbit/s" : "unknown"),
        ]
        return rows.map { $0.0.padding(toLength: 10, withPad: " ", startingAt: 0) + $0.1 }.joined(separator: "\n")
    }
}
