import Foundation

/// Notices whoever opens a file of a folder, or connects to a port of this machine.
final class Trap {
    private let watcher: Int32
    private let listener: Int32

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Watches the files of `folder`, and `port`.
    init(folder: String, port: UInt16) throws {
        // IN_NONBLOCK, which Swift has under a type of its own.
        watcher = inotify_init1(Int32(0o4000))
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // From here on deinit runs even if this initialiser throws.
        guard watcher >= 0, listener >= 0 else { throw Failure(description: "no watch: \(errno)") }
        guard inotify_add_watch(watcher, folder, UInt32(IN_OPEN)) >= 0 else {
            throw Failure(description: "\(folder) cannot be watched: \(errno)")
        }
        var on: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(listener, 8) == 0 else {
            throw Failure(description: "port \(port) cannot be listened to: \(errno)")
        }
    }

    deinit {
        close(watcher)
        close(listener)
    }

    /// How many files of the folder were opened since the last call.
    func opened() -> Int {
        var count = 0
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let length = read(watcher, &buffer, buffer.count)
            guard length > 0 else { return count }
            // An event is four numbers, then a name as long as the last says.
            var place = 0
            while place + 16 <= length {
                count += 1
                let name = buffer[place + 12..<place + 16].reversed().reduce(0) { $0 << 8 | Int($1) }
                place += 16 + name
            }
        }
    }

    /// Whether somebody has connected, or tried to.
    func hasVisitor() -> Bool {
        var wait = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        return poll(&wait, 1, 0) > 0
    }
}
