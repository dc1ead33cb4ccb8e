import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A proxy on this machine that answers every `CONNECT` with a connection to the test server.
package final class ServerProxy: Sendable {
    private let heads = Mutex<[String]>([])
    private let listener = Mutex<(any Channel)?>(nil)

    /// Starts a proxy before a server.
    package static func start(before server: TestServer) async throws -> ServerProxy {
        let proxy = ServerProxy()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ProxyHandler(proxy, server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        proxy.listener.withLock { $0 = channel }
        return proxy
    }

    /// `host:port` of the proxy.
    package var address: String { "127.0.0.1:\(listener.withLock { $0?.localAddress?.port } ?? 0)" }
    /// The requests to connect, with their headers.
    package var requests: [String] { heads.withLock { $0 } }

    fileprivate func note(_ head: String) {
        heads.withLock { $0.append(head) }
    }
}

/// Reads a `CONNECT`, agrees, and makes the connection one of the server's.
private final class ProxyHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    private let (proxy, server): (ServerProxy, TestServer)
    private var head = ""

    init(_ proxy: ServerProxy, _ server: TestServer) {
        (self.proxy, self.server) = (proxy, server)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        head += String(buffer: unwrapInboundIn(data))
        guard head.hasSuffix("\r\n\r\n") else { return }
        proxy.note(head)
        context.channel.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\n"), promise: nil)
        do {
            try ServerHandler.install(on: context.channel, of: server)
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }
}
