import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A port of this machine that nobody else gets as long as this is held, also while no server listens on it: a connection
/// is refused then, and does not come to the server of another test.
package final class HeldPort: Sendable {
    package let port: Int
    private let socket: Int32

    package init() throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var (on, address) = (Int32(1), sockaddr_in())
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        // With this a server may listen there beside this socket, which does not.
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        self.socket = socket
        port = Int(UInt16(bigEndian: address.sin_port))
        guard socket >= 0, isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    }

    deinit { close(socket) }
}
