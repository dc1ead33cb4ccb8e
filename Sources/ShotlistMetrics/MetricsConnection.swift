import NIOCore
import NIOHTTP1
import Synchronization

/// The connections of a server: few at once, each for one request and not for long, since the run needs its files and
/// memory for other things.
final class MetricsConnections: Sendable {
    private static let most = 64
    private static let longest = TimeAmount.seconds(10)
    private let registry: PrometheusRegistry
    private let open = Atomic<Int>(0)

    init(_ registry: PrometheusRegistry) {
        self.registry = registry
    }

    /// Takes a connection, on its event loop.
    func take(_ channel: any Channel) throws {
        let number = open.add(1, ordering: .relaxed).newValue
        let deadline = channel.eventLoop.scheduleTask(in: Self.longest) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in
            deadline.cancel()
            self.open.subtract(1, ordering: .relaxed)
        }
        guard number <= Self.most else { return channel.close(promise: nil) }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(HTTPResponseEncoder())
        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
        try pipeline.addHandler(HTTPServerProtocolErrorHandler())
        try pipeline.addHandler(MetricsHandler(registry))
    }
}

/// Answers the first request of a connection, and closes it.
final class MetricsHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    private let registry: PrometheusRegistry
    private var head: HTTPRequestHead?
    private var isAnswered = false

    init(_ registry: PrometheusRegistry) {
        self.registry = registry
    }

    private struct Answer {
        var status = HTTPResponseStatus.ok
        var type = "text/plain; charset=utf-8"
        var allows: String?
        var body: String
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head, !isAnswered else { return }
            isAnswered = true
            send(answer(to: head), withBody: head.method != .HEAD, on: context.channel)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(to head: HTTPRequestHead) -> Answer {
        guard head.uri.prefix(while: { $0 != "?" }) == "/metrics" else {
            return Answer(status: .notFound, body: "Metrics are at /metrics.\n")
        }
        guard head.method == .GET || head.method == .HEAD else {
            return Answer(status: .methodNotAllowed, allows: "GET, HEAD", body: "Metrics are read with GET.\n")
        }
        return Answer(type: Exposition.contentType, body: registry.text)
    }

    private func send(_ answer: Answer, withBody: Bool, on channel: any Channel) {
        var headers = HTTPHeaders()
        headers.add(name: "Content-Type", value: answer.type)
        headers.add(name: "Content-Length", value: "\(answer.body.utf8.count)")
        headers.add(name: "Connection", value: "close")
        if let allows = answer.allows { headers.add(name: "Allow", value: allows) }
        let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        if withBody {
            channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: answer.body))), promise: nil)
        }
        let sent = channel.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenComplete { _ in channel.close(promise: nil) }
        channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: sent)
    }
}
