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
    package var next: Int
    /// The time of each pair.
    package let times: [Int]
    /// How many pairs before each have the same time.
    package var ranks: [Int]

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

    /// The position of a token of a pair.
    func position(pair: Int, row: Int, column: Int) -> TokenPosition {
        TokenPosition(time: times[pair], rank: ranks[pair], row: base + row, column: base + column)
    }
}

/// The position of one token, as llama.cpp is given it: whole numbers of a fraction of a position.
///
/// llama.cpp hides from a token what has a later time, or the same time and a place further down or right. Pairs of
/// frames less than half a second apart share a time, so that a pair would not see most of the pair before it, which
/// the model was trained to see. Positions are therefore counted in units of 1/8192, through a linear RoPE scale of
/// the same size, and pairs that share a time are told apart by one unit. The scale is a power of two and so exact; a
/// unit turns a key by at most 1/8192 radian, less than the 16-bit cache can hold.
package struct TokenPosition: Sendable, Hashable {
    /// Units to a position.
    static let unit = 8192
    /// The highest position that a 32-bit count of units can hold.
    static let highest = Int(Int32.max) / unit - 1

    private let time: Int32
    private let row: Int32
    private let column: Int32

    /// A token of text: all coordinates are the same.
    init(text position: Int) {
        self.init(time: position, rank: 0, row: position, column: position)
    }

    init(time: Int, rank: Int, row: Int, column: Int) {
        self.time = Int32(time * Self.unit + rank)
        self.row = Int32(row * Self.unit)
        self.column = Int32(column * Self.unit)
    }

    /// The four numbers of llama.cpp: time, row, column and one that this architecture does not use.
    var components: [Int32] { [time, row, column, 0] }
}
