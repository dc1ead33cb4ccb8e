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
    /// Leaves out the token before the answer.
    mutating func dropLastToken() {
        guard case .text(let tokens, let start)? = parts.last else { return }
        parts[parts.count - 1] = .text(tokens.dropLast(), at: start)
        next -= 1
    }
}
