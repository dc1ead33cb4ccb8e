import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Asks a server over a socket of its own, byte for byte.
package enum HTTPProbe {
    /// An answer, taken apart.
    package struct Answer: Sendable {
        /// The number in the first line.
        package let status: Int
        /// The headers, their names in lower case.
        package let headers: [String: String]
        /// What follows them.
        package let body: String
    }

    /// Something that a system call refused, or an answer that is none.
    package struct Trouble: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) {
            self.description = description
        }
    }

    /// Gets a path; nil when nobody listens.
    ///
    /// - Throws: ``Trouble``.
    package static func get(
        _ path: String = "/metrics", port: Int, host: String = "127.0.0.1", method: String = "GET"
    ) throws -> Answer? {
        let request = "\(method) \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\n\r\n"
        return try send(request, port: port, host: host).map { try answer(in: $0) }
    }

    /// Sends bytes and reads until the server closes the connection, waiting twenty seconds at most; nil when nobody
    /// listens.
    ///
    /// - Throws: ``Trouble``.
    package static func send(_ request: String, port: Int, host: String = "127.0.0.1") throws -> String? {
        guard let connection = try connect(port: port, host: host) else { return nil }
        defer { close(connection) }
        let bytes = Array(request.utf8)
        guard write(connection, bytes, bytes.count) == bytes.count else { throw Trouble(description: "not sent") }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(connection, &buffer, buffer.count)
            if count == 0 { break }
            guard count > 0 else { throw Trouble(description: String(cString: strerror(errno))) }
            text += buffer[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// An open connection, for the caller to close; nil when nobody listens.
    ///
    /// - Throws: ``Trouble``.
    package static func connect(port: Int, host: String = "127.0.0.1") throws -> Int32? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            throw Trouble(description: "no address: \(host)")
        }
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard connection >= 0 else { throw Trouble(description: String(cString: strerror(errno))) }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == 0 { return connection }
        let reason = errno
        close(connection)
        guard reason == ECONNREFUSED else { throw Trouble(description: String(cString: strerror(reason))) }
        return nil
    }

    private static func answer(in text: String) throws -> Answer {
        guard let end = text.range(of: "\r\n\r\n") else { throw Trouble(description: "no head: \(text)") }
        var lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        let words = lines.removeFirst().split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else { throw Trouble(description: "no status: \(text)") }
        var headers: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { throw Trouble(description: "no header: \(line)") }
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        return Answer(status: status, headers: headers, body: String(text[end.upperBound...]))
    }
}
