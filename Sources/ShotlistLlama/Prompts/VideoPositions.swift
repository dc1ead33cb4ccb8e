/// Where the tokens of one video stand in M-RoPE: three coordinates each, time, row and column.
///
/// The rule is that of Qwen2.5-VL's original code and of vLLM: `t = base + floor(pair * seconds per pair * 2)`,
/// `y = base + row`, `x = base + column`, and the text after the video starts one past the largest coordinate.
/// The product is taken in single precision, as they do.
package struct VideoPositions: Sendable, Hashable {
    /// Coordinates of time for each second (`tokens_per_second` of the model's vision configuration).
    static let tokensPerSecond: Float = 2

    /// The position after the last token of text before the video.
    package let base: Int
    /// Pairs of frames.
    package let pairs: Int
    /// Rows of tokens in a pair.
    package let rows: Int
    /// Columns of tokens in a pair.
    package let columns: Int
    /// The first position of the text after the video.
    package let next: Int
    /// The time of each pair.
    package let times: [Int]
    /// How many pairs before each have the same time.
    package let ranks: [Int]

    /// Lays out a video.
    ///
    /// - Parameters:
    ///   - base: the position after the last token of text before it.
    ///   - pairs: pairs of frames, at least 1.
    ///   - rows: rows of tokens in a pair (frame height / 28).
    ///   - columns: columns of tokens in a pair (frame width / 28).
    ///   - effectiveFPS: frames shown for each second of video, above 0.
    package init(base: Int, pairs: Int, rows: Int, columns: Int, effectiveFPS: Double) {
        self.base = base
        self.pairs = pairs
        self.rows = rows
        self.columns = columns
        let secondsPerPair = Float(2 / effectiveFPS)
        let times = (0..<pairs).map { base + Int(Float($0) * secondsPerPair * Self.tokensPerSecond) }
        self.times = times
        var ranks: [Int] = []
        for (pair, time) in times.enumerated() {
            ranks.append(pair > 0 && times[pair - 1] == time ? ranks[pair - 1] + 1 : 0)
        }
        self.ranks = ranks
        next = max(times.last ?? base, base + rows - 1, base + columns - 1) + 1
    }

    /// Tokens of the whole video.
    package var tokenCount: Int { pairs * rows * columns }

    /// The positions of a pair's tokens, row after row.
    package func positions(pair: Int) -> [TokenPosition] {
        (0..<rows * columns).map {
            TokenPosition(
                time: times[pair], rank: ranks[pair], row: base + $0 / columns, column: base + $0 % columns)
        }
    }
}
