import ShotlistCore
import ShotlistPipeline
import Testing

@Suite("Clips that are decoded at the same time share threads and memory")
struct DecodingThreadsTests {
    private let small = PixelSize(width: 1280, height: 720)
    private let large = PixelSize(width: 3840, height: 2160)

    /// Waits until so many clips wait, at most five seconds.
    private func waitFor(_ count: Int, in threads: DecodingThreads) async throws {
        for _ in 0..<500 where threads.waiting != count { try await Task.sleep(for: .milliseconds(10)) }
        try #require(threads.waiting == count)
    }

    @Test("the first has all threads, those beside it what is left, at least one")
    func threads() async {
        let threads = DecodingThreads(4)
        let first = await threads.take(for: small)
        #expect(first.threads == 4)
        let second = await threads.take(for: small)
        #expect(second.threads == 1)
        threads.giveBack(first)
        #expect(await threads.take(for: small).threads == 3)
        #expect(threads.waiting == 0)
    }

    @Test("two of large pictures on two threads follow one another, and the second has both threads, too")
    func memory() async throws {
        let threads = DecodingThreads(2)
        let first = await threads.take(for: large)
        #expect(first.threads == 2)
        let second = Task { await threads.take(for: large) }
        try await waitFor(1, in: threads)
        // Who comes later does not overtake, however little it needs.
        let third = Task { await threads.take(for: small) }
        try await waitFor(2, in: threads)
        threads.giveBack(first)
        #expect(await second.value.threads == 2)
        #expect(await third.value.threads == 1)
        #expect(threads.waiting == 0)
    }

    @Test("more threads have more memory")
    func manyThreads() async {
        let threads = DecodingThreads(32)
        var shares: [Int] = []
        for _ in 0..<9 { shares.append(await threads.take(for: large).threads) }
        #expect(shares.allSatisfy { $0 == 3 })
        #expect(threads.waiting == 0)
    }

    @Test("a picture larger than the bound is decoded, alone")
    func huge() async throws {
        let threads = DecodingThreads(2)
        let first = await threads.take(for: PixelSize(width: 16384, height: 16384))
        #expect(first.threads == 2)
        let second = Task { await threads.take(for: small) }
        try await waitFor(1, in: threads)
        threads.giveBack(first)
        #expect(await second.value.threads == 2)
    }
}
