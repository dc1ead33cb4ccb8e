import Foundation
import ShotlistCore

/// A window in the form in which it is sent.
struct ShownMedia: Sendable {
    /// The parts of the message's content, with commas between them and none at the end.
    let parts: [BodyPiece]
    /// `media_io_kwargs`; nil where there is nothing to say.
    let facts: String?

    /// The frames as JPEG files in one video.
    static func frames(_ files: [any EncodedFile], of input: WindowInput, dialect: Dialect) -> ShownMedia {
        let facts = VideoFacts(input).ofFrames
        var parts: [BodyPiece] = [.text("{\"type\":\"video_url\",\"video_url\":{\"url\":\"data:video/jpeg;base64,")]
        for (number, file) in files.enumerated() {
            if number > 0 { parts.append(.text(",")) }
            parts.append(.file(file))
        }
        let id = dialect.takesMediaID ? Self.id(VideoFacts.mediaID(of: files, showing: input, facts: facts)) : ""
        parts.append(.text("\"}\(id)}"))
        return ShownMedia(parts: parts, facts: facts)
    }

    /// The frames as JPEG files, an image each.
    static func images(_ files: [any EncodedFile]) -> ShownMedia {
        let start = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/jpeg;base64,"
        let parts = files.enumerated().flatMap { number, file -> [BodyPiece] in
            [.text((number > 0 ? "," : "") + start), .file(file), .text("\"}}")]
        }
        return ShownMedia(parts: parts, facts: nil)
    }

    /// The window as an mp4 file.
    static func mp4(_ file: any EncodedFile, of input: WindowInput, dialect: Dialect) -> ShownMedia {
        let facts = VideoFacts(input).ofFile
        let start = "{\"type\":\"video_url\",\"video_url\":{\"url\":\"data:video/mp4;base64,"
        return ShownMedia(
            parts: [.text(start), .file(file), .text("\"}\(mediaID(file, input, facts, dialect))}")], facts: facts)
    }

    /// The window as a file that the server reads by itself.
    ///
    /// - Parameters:
    ///   - path: the file, absolute.
    ///   - content: what is in it.
    static func file(_ path: String, content: any EncodedFile, of input: WindowInput, dialect: Dialect) -> ShownMedia {
        let facts = VideoFacts(input).ofFile
        let url = JSONText.string(URL(filePath: path).absoluteString)
        let id = mediaID(content, input, facts, dialect)
        return ShownMedia(
            parts: [.text("{\"type\":\"video_url\",\"video_url\":{\"url\":\(url)}\(id)}")], facts: facts)
    }

    private static func mediaID(
        _ file: any EncodedFile, _ input: WindowInput, _ facts: String, _ dialect: Dialect
    ) -> String {
        dialect.takesMediaID ? id(VideoFacts.mediaID(of: [file], showing: input, facts: facts)) : ""
    }

    private static func id(_ name: String) -> String { ",\"uuid\":\"\(name)\"" }
}
