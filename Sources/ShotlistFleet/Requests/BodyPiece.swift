import AsyncHTTPClient
import Foundation
import NIOCore

/// A part of a request's body. Files are kept as they are and turned into base64 while they are sent, since a thousand
/// requests may be on the way.
enum BodyPiece: Sendable {
    /// Text as it is sent.
    case text(Data)
    /// A file that is sent as base64.
    case file(Data)

    static func text(_ text: String) -> BodyPiece { .text(Data(text.utf8)) }

    /// How many bytes are sent.
    var length: Int {
        switch self {
        case .text(let data): data.count
        case .file(let data): (data.count + 2) / 3 * 4
        }
    }
}

/// The whole body of a request, which may be sent any number of times.
struct RequestBody: Sendable {
    /// Its parts, in order.
    let pieces: [BodyPiece]

    /// How many bytes are sent.
    var length: Int { pieces.reduce(0) { $0 + $1.length } }

    /// The body for the client.
    var streamed: HTTPClientRequest.Body {
        .stream(BodyChunks(pieces: pieces), length: .known(Int64(length)))
    }

    /// The body as one piece of text, for who wants to look at it.
    var whole: Data {
        pieces.reduce(into: Data()) { whole, piece in
            switch piece {
            case .text(let data): whole.append(data)
            case .file(let data): whole.append(data.base64EncodedData())
            }
        }
    }
}

/// A body in buffers of some ten thousand bytes.
struct BodyChunks: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let pieces: [BodyPiece]

    /// Bytes of a file that are turned into base64 at once: a multiple of three, so that no padding comes between.
    static let fileChunk = 96 * 1024

    func makeAsyncIterator() -> Iterator { Iterator(pieces: pieces) }

    struct Iterator: AsyncIteratorProtocol {
        let pieces: [BodyPiece]
        private var index = 0
        private var offset = 0

        init(pieces: [BodyPiece]) {
            self.pieces = pieces
        }

        /// Small pieces are sent together: a system call for each comma would cost more than copying them.
        mutating func next() async -> ByteBuffer? {
            guard index < pieces.count else { return nil }
            var buffer = ByteBufferAllocator().buffer(capacity: 144 << 10)
            while index < pieces.count, buffer.readableBytes < 64 << 10 {
                switch pieces[index] {
                case .text(let data):
                    buffer.writeBytes(data)
                    index += 1
                case .file(let data):
                    let start = data.startIndex + offset
                    let end = Swift.min(start + BodyChunks.fileChunk, data.endIndex)
                    buffer.writeBase64(data[start..<end])
                    offset = end - data.startIndex
                    if end == data.endIndex { (index, offset) = (index + 1, 0) }
                }
            }
            return buffer
        }
    }
}
