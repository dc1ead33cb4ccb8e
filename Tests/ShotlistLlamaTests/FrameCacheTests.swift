import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import Testing

/// Encoded frames that are kept for frames with the same pixels.
@Suite("Cache of encoded frames")
struct FrameCacheTests {
    private let size = PixelSize(width: 84, height: 56)

    private func request(_ pictures: [Int]) throws -> CaptionRequest {
        CaptionRequest(
            input: WindowInput(
                frames: pictures.map { PreparedFrame(Tiny.frame($0, size: size), dtype: .uint8) }, resizedSize: size,
                frameIndices: Array(pictures.indices), effectiveFPS: 2, videoFPS: 2, prompt: Goldens.prompt),
            sampling: .qwen, maxOutputTokens: 8)
    }

    private func run(
        cacheBytes: Int, _ windows: [[Int]]
    ) async throws -> (texts: [String], statistics: EngineStatistics?) {
        var options = Tiny.options
        options.frameCacheBytes = cacheBytes
        return try await BatchModel.withEngine(options) { engine in
            var texts: [String] = []
            for window in windows { texts.append(try await engine.caption(try request(window)).text) }
            return (texts, engine.statistics)
        }
    }

    private let windows = [[0, 1, 2, 3], [0, 1, 0, 1, 0, 1], [2, 3, 4, 5], [0, 1, 2, 3], [1, 0, 2, 3]]

    @Test("A pair with the pixels of another is encoded once, and captions are the same")
    func hits() async throws {
        let without = try await run(cacheBytes: 0, windows)
        #expect(without.statistics == EngineStatistics(encodedBlocks: 11))
        let with = try await run(cacheBytes: 1 << 20, windows)
        #expect(with.texts == without.texts)
        // (0,1), (2,3), (4,5) and (1,0): the order within a pair counts.
        #expect(with.statistics == EngineStatistics(encodedBlocks: 4, reusedBlocks: 7))
    }

    @Test("What was used longest ago goes first when there is no more room")
    func leastRecentlyUsed() {
        let entry = [Float](repeating: 1, count: 256)
        var cache = FrameCache(limit: 3 * 1024)
        for name in ["a", "b", "c"] { cache.keep(entry, named: name) }
        #expect(cache.byteCount == 3 * 1024)
        #expect(cache.embeddings(named: "a") == entry)
        cache.keep(entry, named: "d")
        #expect(cache.embeddings(named: "b") == nil)
        #expect(["a", "c", "d"].allSatisfy { cache.embeddings(named: $0) != nil })
        #expect(cache.byteCount == 3 * 1024)
        cache.keep([Float](repeating: 2, count: 1024), named: "larger than the cache")
        #expect(cache.embeddings(named: "larger than the cache") == nil)
        #expect(cache.embeddings(named: "a") != nil)
    }

    @Test("A cache with little room still answers the same")
    func small() async throws {
        let without = try await run(cacheBytes: 0, windows)
        let with = try await run(cacheBytes: 6 * 64 * 4 * 2, windows)
        #expect(with.texts == without.texts)
    }

    @Test("A name tells pixels, their order and the frame's size apart")
    func names() {
        let (one, other) = (Tiny.frame(0, size: size), Tiny.frame(1, size: size))
        let turned = RGBFrame(size: PixelSize(width: 56, height: 84), bytes: one.bytes)
        let names = [[one], [other], [one, other], [other, one], [turned]].map { FrameCache.name(of: $0) }
        #expect(Set(names).count == 5)
        #expect(FrameCache.name(of: [Tiny.frame(0, size: size)]) == names[0])
    }
}
