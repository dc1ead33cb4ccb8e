/// A part of a prompt that is ready to be run.
enum PromptPiece: Sendable {
    /// Tokens of text, from a position on.
    case text([Int32], at: Int)
    /// Frames that the vision tower has encoded: their embeddings one after another, and where each stands.
    case frames([Float], at: [TokenPosition])

    /// How many tokens it is.
    var count: Int {
        switch self {
        case .text(let tokens, _): tokens.count
        case .frames(_, let positions): positions.count
        }
    }
}

/// A prompt on its way into a sequence: what was read of it, and where reading pauses.
struct PromptReading {
    /// One entry of a batch.
    enum Entry {
        case token(Int32, TokenPosition)
        case frame(piece: Int, index: Int, TokenPosition)
    }

    private(set) var pieces: [PromptPiece]
    private var piece = 0
    private var offset = 0
    /// Entries read.
    private(set) var done = 0
    /// Counts of entries at which a run must end, so that the state there can be kept.
    private(set) var pauses: Set<Int> = []

    /// Nothing to read.
    init() { pieces = [] }

    /// A prompt.
    init(_ pieces: [PromptPiece]) {
        self.pieces = pieces.filter { $0.count > 0 }
    }

    /// Lets runs end at these counts of entries, if they are ahead.
    mutating func pause(at counts: Set<Int>) {
        pauses = counts.filter { $0 > done && $0 < total }
    }

    /// All entries.
    var total: Int { pieces.reduce(0) { $0 + $1.count } }
    /// Entries still to be read.
    var left: Int { total - done }

    /// The text that the prompt begins with.
    var opening: [Int32] {
        if case .text(let tokens, at: 0)? = pieces.first { tokens } else { [] }
    }

    /// Whether a pause is ahead.
    var isPausing: Bool { pauses.contains { $0 > done } }

    /// Entries up to the next pause.
    var leftToPause: Int { min(pauses.filter { $0 > done }.min() ?? total, total) - done }

    /// How many entries a run of at most `space` takes: all up to the next pause, or an equal part of them.
    ///
    /// Parts of the same length, since a short last one costs as much as any where the model is read once for each run.
    func run(within space: Int) -> Int {
        let parts = max(1, (leftToPause + space - 1) / space)
        return (leftToPause + parts - 1) / parts
    }

    /// Whether there are frames among the next `count` entries, and how many entries of the next one's kind there are.
    func kinds(ofNext count: Int) -> (hasFrames: Bool, sameKind: Int) {
        var (hasFrames, sameKind, isBroken, ahead) = (false, 0, false, 0)
        var (piece, offset) = (piece, offset)
        while ahead < count, piece < pieces.count {
            let taken = min(count - ahead, pieces[piece].count - offset)
            if case .frames = pieces[piece] { hasFrames = true }
            if piece > self.piece, pieces[piece].isText != pieces[self.piece].isText { isBroken = true }
            if !isBroken { sameKind += taken }
            ahead += taken
            (piece, offset) = (piece + 1, 0)
        }
        return (hasFrames, sameKind)
    }

    /// Takes the next entry.
    mutating func next() -> Entry? {
        guard piece < pieces.count else { return nil }
        defer {
            offset += 1
            done += 1
            if offset == pieces[piece].count { (piece, offset) = (piece + 1, 0) }
        }
        switch pieces[piece] {
        case .text(let tokens, let start): return .token(tokens[offset], TokenPosition(text: start + offset))
        case .frames(_, let positions): return .frame(piece: piece, index: offset, positions[offset])
        }
    }

    /// Passes over entries that the sequence holds already.
    mutating func skip(_ count: Int) {
        for _ in 0..<count { _ = next() }
    }
}

extension PromptPiece {
    fileprivate var isText: Bool {
        if case .text = self { true } else { false }
    }
}
