import NIOCore
import NIOPosix
import ShotlistCore

/// A port of this machine for a server that is told where to listen, and may take a minute before it does.
enum FreePort {
    /// Ports that systems do not hand out by themselves (Linux begins at 32768, others at 49152): one of those would be
    /// taken by any connection that is made before the server listens, or while it is started again.
    private static let range = 20_000..<32_000

    /// A port that nobody listens on now.
    ///
    /// - Throws: ``ShotlistError`` (`internal_failure`) when there is none.
    static func find() async throws -> Int {
        for port in (0..<100).map({ _ in Int.random(in: range) }) + [0] {
            do {
                let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .bind(host: "127.0.0.1", port: port).get()
                let found = channel.localAddress?.port
                try await channel.close()
                if let found { return found }
            } catch  where port != 0 {
                continue
            } catch {
                throw ShotlistError(
                    .internalFailure, "No port of this machine can be listened on: \(error)",
                    remedy: "See that 127.0.0.1 can be used.")
            }
        }
        throw ShotlistError(.internalFailure, "A port of this machine has no number.")
    }
}
