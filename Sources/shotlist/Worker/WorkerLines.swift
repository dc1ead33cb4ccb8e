import Dispatch
import Foundation
import Synchronization

/// The lines between a worker and who feeds it, over two descriptors, which may be one.
final class WorkerLines: Sendable {
    /// What was read.
    enum Line: Sendable {
        case bytes(Data)
        /// A line that is longer than any may be; it was read to its end.
        case tooLong
    }

    private let input: Int32
    private let output: Int32
    private let reading = DispatchQueue(label: "shotlist.worker.reading")
    private let unread = Mutex(Data())
    private let writing = Mutex(true)
    /// Called once when nobody reads what is written any more.
    private let onBroken: @Sendable () -> Void

    init(input: Int32, output: Int32, onBroken: @escaping @Sendable () -> Void) {
        self.input = input
        self.output = output
        self.onBroken = onBroken
    }

    /// The next line; nil at the end. Only what is asked for is read, so that who writes waits when nobody asks.
    ///
    /// - Throws: `CancellationError`.
    func next() async throws -> Line? {
        try await Abandonable.wait { [self] in
            await withCheckedContinuation { done in reading.async { done.resume(returning: self.read()) } }
        }
    }

    /// Says something; a whole line at a time, from any task.
    func say(_ answer: WorkerAnswer) {
        let line = answer.line
        let isBroken = writing.withLock { isOpen -> Bool in
            guard isOpen else { return false }
            isOpen = line.withUnsafeBytes { Self.write($0, to: output) }
            return !isOpen
        }
        if isBroken { onBroken() }
    }

    /// Ends a connection, and waits until nobody reads from it any more: what is read later under the same number would be another
    /// feeder's. Standard input and output stay.
    func close() {
        guard input == output else { return }
        shutdown(input, Int32(SHUT_RDWR))
        reading.sync {}
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Reads up to the next end of a line. What stands after the last one counts as a line. Blocks.
    private func read() -> Line? {
        unread.withLock { unread in
            var isTooLong = false
            while true {
                if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = Data(unread[unread.startIndex..<end])
                    unread = Data(unread[(end + 1)...])
                    return isTooLong ? .tooLong : .bytes(line)
                }
                if unread.count > WorkerProtocol.mostBytes {
                    isTooLong = true
                    unread = Data()
                }
                var chunk = [UInt8](repeating: 0, count: 65_536)
                let count = Foundation.read(input, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                if count < 0, errno == EAGAIN {
                    // Whoever gave it has made it one that does not wait.
                    var wanted = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
                    _ = poll(&wanted, 1, -1)
                    continue
                }
                guard count > 0 else {
                    defer { unread = Data() }
                    return isTooLong ? .tooLong : unread.isEmpty ? nil : .bytes(unread)
                }
                unread.append(contentsOf: chunk[..<count])
            }
        }
    }
}
