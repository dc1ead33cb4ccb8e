import Foundation
import NIOCore
import ShotlistCore
import ShotlistNetwork

/// Brings one file here: continues its part, tries again what passes, checks the hash, gives it its name.
struct FileDownload {
    /// Bytes that are gathered before they are written.
    private static let piece = 1 << 20
    let client: HubClient
    let url: URL
    let file: HubFile
    let folder: String
    let threads: DiskThreads
    let tally: Tally

    /// Downloads the file.
    ///
    /// - Throws: ``ShotlistError`` when it cannot be had; what came so far is kept.
    func run() async throws {
        let (file, path) = (file, "\(folder)/\(file.path)")
        let part = try await threads.run { try PartFile(of: file, at: "\(path).part") }
        tally.found(part.count)
        // Only a piece that was never here before counts as progress: a server that always starts over is not tried
        // for ever.
        var (failures, wrongContents, furthest) = (0, 0, part.count)
        while true {
            do {
                try await fetchRest(into: part)
                guard try await threads.run({ part.isWhole() }) else {
                    throw PassingFault(reason: "its bytes are not those that the hub lists", isWrongContent: true)
                }
                try await threads.run { try part.finish(as: path) }
                tally.fileDone()
                return
            } catch let fault as PassingFault {
                failures += 1
                if part.count >= furthest + Self.piece { (failures, furthest) = (1, part.count) }
                if fault.isWrongContent {
                    wrongContents += 1
                    try await startOver(part)
                    guard wrongContents < 2 else { throw client.failure.givenUp(fault, file: file.path) }
                }
                try await client.pause(after: fault, failures: failures, file: file.path)
            }
        }
    }

    private func fetchRest(into part: PartFile) async throws {
        let start = part.count
        guard start < file.size else { return }
        let response = try await client.transport.get(url, range: start > 0 ? "bytes=\(start)-" : nil)
        switch response.status {
        case 200:
            // The server knows no ranges, or the range was not for what it has.
            if start > 0 { try await startOver(part) }
            if let length = response.headers.first(name: "Content-Length").flatMap(Int.init), length != file.size {
                throw PassingFault(reason: "the server sends \(length) bytes of a file of \(file.size)")
            }
        case 206:
            let range = response.headers.first(name: "Content-Range") ?? ""
            guard ContentRange(range)?.isRest(from: start, of: file.size) == true else {
                try await startOver(part)
                throw PassingFault(reason: "the server sends another part of the file than was asked for")
            }
        case 416:
            try await startOver(part)
            throw PassingFault(reason: "the server has no bytes where the file should go on")
        default:
            throw client.failure.error(response, file: file.path)
        }
        try await take(response, into: part)
        guard part.count == file.size else {
            throw PassingFault(reason: "the connection ended after \(part.count) of \(file.size) bytes")
        }
    }

    /// Writes the body as it comes. While a piece is written nothing more is read, so the network waits for the disk.
    private func take(_ response: HubResponse, into part: PartFile) async throws {
        var gathered = ByteBuffer()
        var trouble: (any Error)?
        var body = response.body.makeAsyncIterator()
        while trouble == nil {
            do {
                guard var bytes = try await body.next() else { break }
                gathered.writeBuffer(&bytes)
            } catch {
                trouble = error
            }
            if gathered.readableBytes >= Self.piece {
                try await write(gathered, into: part)
                gathered.clear()
            }
        }
        // What came before the connection broke is kept.
        if gathered.readableBytes > 0 { try await write(gathered, into: part) }
        guard let trouble else { return }
        try Task.checkCancellation()
        throw PassingFault(reason: NetworkTrouble.sentence(for: trouble, host: url.host() ?? ""))
    }

    private func write(_ bytes: ByteBuffer, into part: PartFile) async throws {
        guard try await threads.run({ try part.append(bytes) }) else {
            try await startOver(part)
            throw PassingFault(reason: "the server sends more than the file's \(file.size) bytes")
        }
        tally.received(bytes.readableBytes)
    }

    private func startOver(_ part: PartFile) async throws {
        tally.found(-part.count)
        try await threads.run { try part.startOver() }
    }
}

/// A `Content-Range` header: `bytes FIRST-LAST/TOTAL`.
struct ContentRange: Hashable {
    let first: Int
    let last: Int
    /// nil when the server does not say.
    let total: Int?

    init?(_ text: String) {
        guard let match = text.wholeMatch(of: /bytes\s+(\d+)-(\d+)\/(\d+|\*)/),
            let first = Int(match.1), let last = Int(match.2)
        else { return nil }
        self.first = first
        self.last = last
        total = Int(match.3)
    }

    /// Whether it is all that is left of a file.
    func isRest(from start: Int, of size: Int) -> Bool {
        first == start && last == size - 1 && (total == nil || total == size)
    }
}
