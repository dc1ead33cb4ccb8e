/// The position of one token: one coordinate for text models, three (time, row, column) for models with M-RoPE.
package struct TokenPosition: Sendable, Hashable {
    /// The time, or the place in the text.
    package var time: Int
    /// How many tokens' groups before it have the same time; see ``PositionScheme/finelyCounted``.
    package var rank = 0
    /// The row.
    package var row: Int
    /// The column.
    package var column: Int

    /// A token of text: all coordinates are the same.
    package init(text position: Int) {
        (time, row, column) = (position, position, position)
    }

    /// A token of video.
    package init(time: Int, rank: Int = 0, row: Int, column: Int) {
        self.time = time
        self.rank = rank
        self.row = row
        self.column = column
    }
}

/// How a model's positions are handed to llama.cpp.
package enum PositionScheme: Sendable, Hashable {
    /// One number a token.
    case plain
    /// Time, row, column, and time again: llama.cpp turns by the fourth those angles of interleaved M-RoPE that are beyond
    /// the interleaved part, which Qwen3-VL's reference turns by time.
    case threefold
    /// Time, row and column in units of 1/8192, and a fourth number that Qwen2.5-VL does not use.
    ///
    /// llama.cpp hides from a token what has a later time, or the same time and a place further down or right. Pairs of
    /// frames of Qwen2.5-VL less than half a second apart share a time, so that a pair would not see most of the pair
    /// before it, which the model was trained to see. Positions are therefore counted in units of 1/8192, through a
    /// linear RoPE scale of the same size, and pairs that share a time are told apart by one unit. The scale is a power
    /// of two and so exact; a unit turns a key by at most 1/8192 radian, less than the 16-bit cache can hold.
    case finelyCounted

    /// Units to a position.
    var unit: Int { self == .finelyCounted ? 8192 : 1 }

    /// The highest position that llama.cpp's 32-bit count can hold.
    var highest: Int { Int(Int32.max) / unit - 1 }

    /// The numbers of a position, as llama.cpp takes them.
    func components(of position: TokenPosition) -> [Int32] {
        guard self != .plain else { return [Int32(position.time)] }
        let time = Int32(position.time * unit + position.rank)
        return [time, Int32(position.row * unit), Int32(position.column * unit), self == .threefold ? time : 0]
    }
}
