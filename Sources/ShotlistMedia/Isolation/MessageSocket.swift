#if os(Linux)
    import Foundation
    import Glibc

    /// What ends a talk with another process.
    enum SocketEnd: Error {
        /// Nobody is at the other end.
        case closed
        /// Nothing came in time.
        case late
        /// What came is no message.
        case garbled
    }

    /// Messages in JSON over a socket, each after its length in four bytes.
    ///
    /// One thread reads; several may write where they take turns.
    struct MessageSocket: Sendable {
        let descriptor: Int32
        /// Whether this is the end of a process that may not call `send`.
        let isConfined: Bool

        /// More than any message has; of what a process that reads files answers much less is taken.
        private var mostBytes: Int { isConfined ? 1 << 30 : 16 << 20 }

        /// Sends a message.
        func send(_ message: some Encodable) throws(SocketEnd) {
            let body: Data
            do { body = try JSONEncoder().encode(message) } catch { throw .garbled }
            var length = UInt32(truncatingIfNeeded: body.count).littleEndian
            let packet = withUnsafeBytes(of: &length) { Data($0) } + body
            let isSent = packet.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) -> Bool in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let part = UnsafeRawBufferPointer(rebasing: rest)
                    // A reader that is gone must not end this process by a signal.
                    let count =
                        isConfined
                        ? Glibc.write(descriptor, part.baseAddress, part.count)
                        : Glibc.send(descriptor, part.baseAddress, part.count, Int32(MSG_NOSIGNAL))
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { return false }
                    rest = rest.dropFirst(count)
                }
                return true
            }
            guard isSent else { throw .closed }
        }

        /// The next message.
        ///
        /// - Parameter seconds: how long each of its parts may take to come; nil for ever.
        func receive<Message: Decodable>(_ type: Message.Type, within seconds: Double?) throws(SocketEnd) -> Message {
            let head = try read(4, within: seconds)
            let length = head.reversed().reduce(0) { $0 << 8 | Int($1) }
            guard length <= mostBytes else { throw .garbled }
            let body = try read(length, within: seconds)
            do { return try JSONDecoder().decode(type, from: Data(body)) } catch { throw .garbled }
        }

        private func read(_ count: Int, within seconds: Double?) throws(SocketEnd) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: count)
            var done = 0
            while done < count {
                try wait(seconds)
                let got = bytes.withUnsafeMutableBytes { buffer in
                    Glibc.read(descriptor, buffer.baseAddress.map { $0 + done }, count - done)
                }
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { throw .closed }
                done += got
            }
            return bytes
        }

        private func wait(_ seconds: Double?) throws(SocketEnd) {
            guard let seconds else { return }
            let end = ContinuousClock.now + .seconds(seconds)
            while true {
                let left = max(0, (end - .now) / .milliseconds(1))
                var ask = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                let ready = poll(&ask, 1, Int32(min(left.rounded(.up), 1e9)))
                // Also when time has passed by while this process was stopped.
                if ready > 0 { return }
                if ready < 0, errno != EINTR { throw .closed }
                if left == 0 { throw .late }
            }
        }
    }
#endif
