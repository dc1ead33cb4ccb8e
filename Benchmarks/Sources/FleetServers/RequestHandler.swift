import NIOCore
import NIOHTTP1

/// One connection: drops bodies as they come, and hands questions to its server.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// The prompt stands behind the frames, so that it is within the last bytes of a body.
    private static let endLength = 2048
    private static let mark = UInt8(ascii: "#")
    private let server: Server
    private var connection: Int?
    private var head: HTTPRequestHead?
    private var end: [UInt8] = []

    init(_ server: Server) {
        self.server = server
    }

    func channelActive(context: ChannelHandlerContext) {
        connection = server.connected(context.channel)
        if connection == nil { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let connection { server.disconnected(connection) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            end.removeAll(keepingCapacity: true)
        case .body(let buffer):
            guard server.readsPrompts else { return }
            end.append(contentsOf: buffer.readableBytesView.suffix(Self.endLength))
            end.removeFirst(max(0, end.count - Self.endLength))
        case .end:
            guard let head, let connection else { return context.close(promise: nil) }
            guard head.method == .POST else { return server.take(path: head.uri, on: context.channel) }
            server.take(Question(number: number, connection: connection, channel: context.channel))
        }
    }

    /// What stands between the last two marks; base64 and the other fields have none.
    private var number: String? {
        guard let last = end.lastIndex(of: Self.mark), let first = end[..<last].lastIndex(of: Self.mark) else {
            return nil
        }
        return String(decoding: end[(first + 1)..<last], as: UTF8.self)
    }
}
