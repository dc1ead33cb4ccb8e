import AsyncAlgorithms
import ShotlistCore
import ShotlistLedger

extension ClipFeeder {
    /// Feeds the clips of videos as they are named, then closes the channel.
    func feed(_ arriving: ArrivingVideos, to clips: AsyncChannel<ClipItem>) async throws {
        defer { clips.finish() }
        while let file = try await arriving.next() {
            try Task.checkCancellation()
            await collector.found(1)
            try await resume?.found([file], isEndless: true)
            let known = try await resume?.known([file]) ?? [:]
            // The ledger is this process's own: nobody else holds anything.
            _ = try await feed(file, known[PathKey(file.inputPath)], to: clips)
        }
    }
}
