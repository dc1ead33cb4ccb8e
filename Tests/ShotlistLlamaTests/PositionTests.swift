import ShotlistLlama
import Testing

/// Where tokens of video stand, by the rule of Qwen2.5-VL's original code.
@Suite("M-RoPE positions")
struct PositionTests {
    @Test("The text starts after the last time of a long window, and after the last row of a short one")
    func next() {
        let long = VideoPositions(base: 10, pairs: 30, rows: 4, columns: 6, effectiveFPS: 2)
        #expect(long.times.last == 10 + 29 * 2)
        #expect(long.next == 10 + 29 * 2 + 1)
        let short = VideoPositions(base: 10, pairs: 2, rows: 4, columns: 6, effectiveFPS: 2)
        #expect(short.next == 10 + 5 + 1)
        let tall = VideoPositions(base: 10, pairs: 2, rows: 9, columns: 6, effectiveFPS: 2)
        #expect(tall.next == 10 + 8 + 1)
    }

    @Test("Times follow the effective rate, rounded down")
    func times() {
        let slow = VideoPositions(base: 0, pairs: 4, rows: 1, columns: 1, effectiveFPS: 1.7391)
        #expect(slow.times == [0, 2, 4, 6])
        let fast = VideoPositions(base: 0, pairs: 5, rows: 1, columns: 1, effectiveFPS: 10)
        #expect(fast.times == [0, 0, 0, 1, 1])
        #expect(slow.tokenCount == 4)
    }
}
