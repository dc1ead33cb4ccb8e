#if os(Linux)
    import Foundation
    import Glibc
    import Synchronization

    /// The line to whoever asks: answers, once a second a sign that work goes on, and the end of this process when nobody
    /// is there any more.
    final class WorkerLine: Sendable {
        private let socket: MessageSocket
        /// Whether an answer is awaited. Who writes to the socket holds it.
        private let isAwaited = Mutex(false)

        init(_ socket: MessageSocket) {
            self.socket = socket
            Thread.detachNewThread { [self] in watch() }
        }

        /// A request has come.
        func begin() { isAwaited.withLock { $0 = true } }

        /// Answers it.
        func answer(_ answer: MediaAnswer) throws(SocketEnd) {
            try isAwaited.withLock { isAwaited throws(SocketEnd) in
                isAwaited = false
                try socket.send(answer)
            }
        }

        private func watch() {
            var told = MediaProgress.count
            while true {
                // Nothing is asked for; that the other end is closed is always told.
                var ask = pollfd(fd: socket.descriptor, events: 0, revents: 0)
                if poll(&ask, 1, 1000) > 0 { _exit(0) }
                let count = MediaProgress.count
                guard count != told else { continue }
                told = count
                isAwaited.withLock { isAwaited in
                    if isAwaited { try? socket.send(MediaAnswer.progress) }
                }
            }
        }
    }
#endif
