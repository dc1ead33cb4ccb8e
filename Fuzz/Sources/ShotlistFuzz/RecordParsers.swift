import Foundation

@testable import ShotlistCore
@testable import ShotlistLedger
@testable import ShotlistPipeline

/// What an output folder holds of earlier runs.
enum RecordParsers {
    @Sendable static func readRecords(_ bytes: Data) {
        let (choice, rest) = bytes.chosen
        if choice % 2 == 0 {
            Scratch.file("clip.json", rest) { path in
                _ = RecordedClip.video(path: path)
                attempt {
                    let clip = try RecordedClip(path: path, outputPath: Scratch.folder)
                    _ = clip.planned(index: 0, of: 1)
                    for window in clip.windows { use(window.range, window.outcome) }
                }
            }
        } else {
            attempt {
                let outcome = try JSONDecoder().decode(PackedOutcome.self, from: rest).outcome()
                use(FrameRange(start: 0, end: 0), outcome)
                expect(try PackedOutcome(outcome).outcome() == outcome || !isSame(outcome), "what is packed comes back")
            }
        }
    }

    /// Numbers that are none are not the same as themselves.
    private static func isSame(_ outcome: WindowOutcome) -> Bool { outcome == outcome }

    /// What is reckoned with what a record tells.
    private static func use(_ range: FrameRange, _ outcome: WindowOutcome) {
        _ = range.count
        if let record = outcome.captionRecord {
            _ = record.tokens.prompt - record.tokens.reused
            _ = record.discarded.prompt - record.discarded.reused
        }
    }

    /// A ledger whose bytes may be anything. SQLite itself has no counters.
    @Sendable static func readLedger(_ bytes: Data) {
        let place = LedgerPlace(outputPath: Scratch.folder)
        attempt {
            try place.makeFolder()
            for ending in ["-wal", "-shm"] { unlink(place.database + ending) }
            guard FileManager.default.createFile(atPath: place.database, contents: bytes) else { return }
        }
        let done = DispatchSemaphore(value: 0)
        Task {
            await readAll()
            done.signal()
        }
        done.wait()
    }

    private static func readAll() async {
        do {
            let ledger = try await Ledger.open(
                outputPath: Scratch.folder, program: "fuzz", access: .readOnly)
            let sources = (try? await ledger.sources(limit: 10)) ?? []
            _ = try? await ledger.counts()
            _ = try? await ledger.runs()
            for source in sources {
                for clip in (try? await ledger.clips(of: source.path)) ?? [] {
                    for window in (try? await ledger.windows(of: clip.id)) ?? [] { _ = window.range.count }
                    for answer in (try? await ledger.history(of: clip.id)) ?? [] { use(answer.range, answer.outcome) }
                }
            }
            try? await ledger.close()
        } catch {}
    }
}
