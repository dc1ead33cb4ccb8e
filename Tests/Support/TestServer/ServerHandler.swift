import Foundation
import NIOCore
import NIOHTTP1

/// One connection: takes requests, and writes answers as bytes, since many of them are no sound HTTP.
final class ServerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    private let server: TestServer
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(_ server: TestServer) {
        self.server = server
    }

    /// Makes a connection one of the server's.
    static func install(on channel: any Channel, of server: TestServer) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
        try pipeline.addHandler(ServerHandler(server))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, ByteBuffer())
        case .body(var part): body.writeBuffer(&part)
        case .end:
            guard let head else { return }
            let (id, answer) = server.take(head, Data(body.readableBytesView))
            let (channel, server) = (context.channel, self.server)
            channel.closeFuture.whenComplete { _ in server.end(id) }
            Self.give(answer, on: channel) { server.end(id) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private static func give(_ answer: ServerAnswer, on channel: any Channel, done: @escaping @Sendable () -> Void) {
        guard answer.ending != .hangs else { return }
        guard let delay = answer.delay else { return send(answer, on: channel, done: done) }
        Task {
            try? await Task.sleep(for: delay)
            send(answer, on: channel, done: done)
        }
    }

    private static func send(_ answer: ServerAnswer, on channel: any Channel, done: @escaping @Sendable () -> Void) {
        let sent = channel.eventLoop.makePromise(of: Void.self)
        // Counted before the client can have it, so that a client that asks again at once is not counted twice.
        if answer.ending != .drips { done() }
        channel.writeAndFlush(answer.bytes, promise: sent)
        switch answer.ending {
        case .closes: sent.futureResult.whenComplete { _ in channel.close(promise: nil) }
        case .drips:
            Task {
                for _ in 0..<1000 {
                    guard channel.isActive else { return }
                    channel.writeAndFlush(ByteBuffer(string: " "), promise: nil)
                    try? await Task.sleep(for: .milliseconds(20))
                }
            }
        case .staysOpen, .hangs: break
        }
    }
}
