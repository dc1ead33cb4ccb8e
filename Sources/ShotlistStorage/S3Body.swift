import Foundation
import NIOCore

/// A body on its way up, piece by piece. One that is handed over whole counts as sent at once, and the time in which
/// the server must answer begins before the network has taken it.
struct S3Body: AsyncSequence, Sendable {
    struct AsyncIterator: AsyncIteratorProtocol {
        var rest: Data

        mutating func next() async -> ByteBuffer? {
            guard !rest.isEmpty else { return nil }
            let piece = rest.prefix(S3Body.piece)
            rest = rest.dropFirst(S3Body.piece)
            return ByteBuffer(bytes: piece)
        }
    }

    private static let piece = 64 << 10
    /// What a network must carry at least.
    private static let bytesPerSecond = 32 << 10

    let data: Data

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: data) }

    /// When the answer must have begun. A question without a body is bounded by the time without a byte alone.
    var deadline: NIODeadline {
        data.isEmpty ? .distantFuture : .now() + .seconds(Int64(120 + data.count / Self.bytesPerSecond))
    }
}
