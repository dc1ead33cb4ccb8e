import Foundation
import NIOCore
import NIOPosix
import ShotlistCore

/// Serves what a registry holds to Prometheus, over HTTP at `/metrics`.
///
/// It listens on this machine's own address unless another is given: whoever can connect may read how large a data set
/// is and how the work on it goes.
public final class MetricsServer: Sendable {
    /// Where it is asked, such as `http://127.0.0.1:9464/metrics`.
    public let address: String
    /// The port on which it listens, also when it was to pick one.
    public let port: Int
    private let listener: any Channel

    private init(listener: any Channel, host: String, port: Int) {
        self.listener = listener
        self.port = port
        address = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)/metrics"
    }

    /// Starts to listen.
    ///
    /// - Parameters:
    ///   - registry: what is served.
    ///   - host: the IP address to listen on; names are not looked up.
    ///   - port: 0 picks a free one.
    /// - Throws: ``ShotlistError`` (`invalid_argument`, `not_available`) when it cannot listen there.
    public static func start(
        _ registry: PrometheusRegistry, host: String = "127.0.0.1", port: Int
    ) async throws(ShotlistError) -> MetricsServer {
        guard (0...65535).contains(port) else {
            throw ShotlistError(
                .invalidArgument, "There is no port \(port).",
                remedy: "Give 1 to 65535, or 0 to have a free one picked.")
        }
        let place: SocketAddress
        do {
            place = try SocketAddress(ipAddress: host, port: port)
        } catch {
            throw ShotlistError(
                .invalidArgument, "Metrics cannot be served on '\(host)', which is no IP address.",
                remedy: "Give one of this machine, such as 127.0.0.1, ::1 or 0.0.0.0.")
        }
        let connections = MetricsConnections(registry)
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try connections.take(channel) }
            }
        let listener: any Channel
        do {
            listener = try await bootstrap.bind(to: place).get()
        } catch {
            throw refusal(error, host: host, port: port)
        }
        return MetricsServer(listener: listener, host: host, port: listener.localAddress?.port ?? port)
    }

    /// Listens no longer. Connections that are open end by themselves within ten seconds.
    public func stop() async {
        // What is closed already needs no closing.
        try? await listener.close().get()
    }

    private static func refusal(_ error: any Error, host: String, port: Int) -> ShotlistError {
        let number = (error as? IOError)?.errnoCode
        if number == EADDRINUSE {
            return ShotlistError(
                .notAvailable, "Metrics cannot be served on port \(port) of '\(host)': it is in use.",
                remedy: "Give another port, or 0 to have a free one picked.")
        }
        if number == EACCES {
            return ShotlistError(
                .notAvailable, "Metrics cannot be served on port \(port) of '\(host)': the system does not allow it.",
                remedy: "Give a port above 1023, or 0 to have a free one picked.")
        }
        let reason = number.map { String(cString: strerror($0)) } ?? "\(error)"
        return ShotlistError(
            .notAvailable, "Metrics cannot be served on '\(host)': \(reason).",
            remedy: "Give an address of this machine; 127.0.0.1 is the default.")
    }
}
