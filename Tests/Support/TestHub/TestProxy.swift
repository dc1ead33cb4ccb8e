import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A proxy on this machine that answers every `CONNECT` with a connection to the test hub.
package final class TestProxy: Sendable {
    let heads = Mutex<[String]>([])
    private let channel: any Channel

    /// Starts a proxy before a hub.
    package static func start(before hub: TestHub) async throws -> TestProxy {
        let (holder, box) = (hub.holder, Box())
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ConnectHandler(holder, box))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = TestProxy(channel)
        box.proxy.withLock { $0 = proxy }
        return proxy
    }

    private init(_ channel: any Channel) {
        self.channel = channel
    }

    deinit { channel.close(promise: nil) }

    /// `host:port` of the proxy.
    package var address: String { "127.0.0.1:\(channel.localAddress?.port ?? 0)" }
    /// The requests to connect, with their headers.
    package var requests: [String] { heads.withLock { $0 } }
}

/// The proxy as its connections see it.
final class Box: Sendable {
    let proxy = Mutex<TestProxy?>(nil)
}

/// Reads a `CONNECT`, agrees, and makes the connection one of the hub's.
final class ConnectHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    private let (holder, box): (Holder, Box)
    private var head = ""

    init(_ holder: Holder, _ box: Box) {
        (self.holder, self.box) = (holder, box)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        head += String(buffer: unwrapInboundIn(data))
        guard head.hasSuffix("\r\n\r\n") else { return }
        box.proxy.withLock { $0 }?.heads.withLock { $0.append(head) }
        let pipeline = context.pipeline.syncOperations
        do {
            context.channel.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\n"), promise: nil)
            try pipeline.configureHTTPServerPipeline()
            try pipeline.addHandler(HubHandler(holder))
            pipeline.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }
}
