import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import ShotlistCore

/// A part of a request's body. Files stay where they are and turn into base64 while they are sent, since a thousand
/// requests may be on the way.
enum BodyPiece: Sendable {
    /// Text as it is sent.
    case text(Data)
    /// A file that is sent as base64.
    case file(any EncodedFile)

    static func text(_ text: String) -> BodyPiece { .text(Data(text.utf8)) }

    /// How many bytes are sent.
    var length: Int {
        switch self {
        case .text(let data): data.count
        case .file(let file): (file.count + 2) / 3 * 4
        }
    }
}

/// The whole body of a request, which may be sent any number of times.
struct RequestBody: Sendable {
    /// Its parts, in order.
    let pieces: [BodyPiece]
    /// The trace id of the window that is asked about, for the request's header; nil where there is none.
    var traceID: String?

    /// How many bytes are sent.
    var length: Int { pieces.reduce(0) { $0 + $1.length } }

    /// The body for the client.
    var streamed: HTTPClientRequest.Body {
        .stream(BodyChunks(pieces: pieces), length: .known(Int64(length)))
    }

}

/// A body in buffers of some ten thousand bytes.
struct BodyChunks: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let pieces: [BodyPiece]

    /// Bytes of a file that are turned into base64 at once: a multiple of three, so that no padding comes between.
    static let fileChunk = 24 * 1024

    func makeAsyncIterator() -> Iterator { Iterator(pieces: pieces) }

    struct Iterator: AsyncIteratorProtocol {
        let pieces: [BodyPiece]
        private var index = 0
        private var offset = 0

        init(pieces: [BodyPiece]) {
            self.pieces = pieces
        }

        /// Small pieces are sent together: a system call for each comma would cost more than copying them.
        mutating func next() async throws -> ByteBuffer? {
            guard index < pieces.count else { return nil }
            var buffer = ByteBufferAllocator().buffer(capacity: 72 << 10)
            while index < pieces.count, buffer.readableBytes < 32 << 10 {
                switch pieces[index] {
                case .text(let data):
                    buffer.writeBytes(data)
                    index += 1
                case .file(let file):
                    let part = offset..<Swift.min(offset + BodyChunks.fileChunk, file.count)
                    buffer.writeBase64(try await Self.read(part, of: file))
                    offset = part.upperBound
                    if offset == file.count { (index, offset) = (index + 1, 0) }
                }
            }
            return buffer
        }

        private static func read(_ part: Range<Int>, of file: any EncodedFile) async throws -> Data {
            guard file.isOnDisk else { return try file.read(part) }
            return try await NIOThreadPool.singleton.runIfActive { try file.read(part) }
        }
    }
}
