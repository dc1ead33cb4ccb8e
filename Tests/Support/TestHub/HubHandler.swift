import Foundation
import NIOCore
import NIOHTTP1

/// One connection: takes requests, writes answers, closes where a fault says so.
final class HubHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart
    private let holder: Holder
    private var head: HTTPRequestHead?

    init(_ holder: Holder) {
        self.holder = holder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head, let hub = holder.hub.withLock({ $0 }) else { return context.close(promise: nil) }
            let request = TestHub.Request(
                uri: head.uri, authorization: head.headers.first(name: "Authorization"),
                range: head.headers.first(name: "Range"))
            let (answer, isHeld) = hub.answer(request)
            let channel = context.channel
            if isHeld { Self.hold(answer, of: hub, on: channel) } else { Self.send(answer, of: hub, on: channel) }
        }
    }

    private static func close(_ channel: any Channel, whenReleasedBy hub: TestHub?) {
        Task {
            await hub?.waitForRelease()
            channel.close(promise: nil)
        }
    }

    private static func hold(_ answer: Answer, of hub: TestHub, on channel: any Channel) {
        Task {
            await hub.waitForRelease()
            send(answer, of: hub, on: channel)
        }
    }

    private static func send(_ answer: Answer, of hub: TestHub, on channel: any Channel) {
        var headers = HTTPHeaders(answer.headers)
        headers.add(name: "Content-Length", value: String(answer.body.count))
        let head = HTTPResponseHead(
            version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        let body = answer.body.prefix(answer.sent ?? .max)
        if !body.isEmpty {
            channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
        }
        guard answer.sent != nil else {
            channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
            return
        }
        let flushed = channel.eventLoop.makePromise(of: Void.self)
        channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer())), promise: flushed)
        let isHeld = answer.isCutHeld
        flushed.futureResult.whenComplete { _ in close(channel, whenReleasedBy: isHeld ? hub : nil) }
    }
}
