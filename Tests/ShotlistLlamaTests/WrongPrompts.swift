import ShotlistLlama

/// Ways to lay a prompt out wrongly, which a comparison with a reference must notice.
extension WindowPrompt {
    /// Its blocks of frames, in order.
    var blocks: [FrameBlock] {
        parts.compactMap { part in
            if case .frames(let block) = part { block } else { nil }
        }
    }

    /// Changes the blocks of frames; there must be as many afterwards.
    mutating func changeBlocks(_ change: (inout [FrameBlock]) -> Void) {
        var blocks = blocks
        change(&blocks)
        var left = blocks[...]
        parts = parts.map { part in
            if case .frames = part { .frames(left.removeFirst()) } else { part }
        }
    }

    /// Puts the last text, and the answer, one position later.
    mutating func delayLastText() {
        guard case .text(let tokens, let start)? = parts.last else { return }
        parts[parts.count - 1] = .text(tokens, at: start + 1)
        next += 1
    }
}

extension WindowPrompt {
    /// Leaves out the last token of a piece of text; all that follows moves up, for models with plain positions.
    mutating func dropLastToken(ofPart index: Int) {
        guard case .text(let tokens, let start) = parts[index] else { return }
        parts[index] = .text(tokens.dropLast(), at: start)
        for later in parts.indices where later > index {
            switch parts[later] {
            case .text(let tokens, let start): parts[later] = .text(tokens, at: start - 1)
            case .frames(var block):
                for token in block.positions.indices { block.positions[token].time -= 1 }
                parts[later] = .frames(block)
            }
        }
        next -= 1
    }
}
