import ShotlistLlama

/// Ways to lay Qwen3-VL's prompt out wrongly, which a comparison with the reference must notice.
enum WrongQwen3VLLayout: CaseIterable {
    /// The last text and the answer are one position late.
    case late
    /// Every pair of frames stands one position further on than it should.
    case pairsLate
    /// The first two pairs are exchanged, not so their time stamps.
    case pairsSwapped
    /// Every pair's rows and columns count from the first one's, as Qwen2.5-VL has it.
    case oneGrid
    /// The time stamps are those of a video of a twentieth of the rate.
    case slower
    /// Only the first pair has a time stamp.
    case unstamped
    /// The tokens around the whole video are left out, as processors before transformers 5.10 do.
    case withoutOuterTokens
    /// A system line as Qwen2.5-VL's template writes one.
    case withSystemLine

    /// The window, laid out wrongly.
    func prompt(_ golden: Qwen3VLGoldens.Window, in session: CaptionSession) throws -> WindowPrompt {
        var prompt = try session.prompt(golden.content())
        switch self {
        case .late: prompt.delayLastText()
        case .pairsLate:
            prompt.changeBlocks { blocks in
                for block in blocks.indices { blocks[block].move(by: 1) }
            }
        case .pairsSwapped:
            prompt.changeBlocks { blocks in
                (blocks[0].frames, blocks[1].frames) = (blocks[1].frames, blocks[0].frames)
            }
        case .oneGrid:
            prompt.changeBlocks { blocks in
                let first = blocks[0].positions[0].time
                for block in blocks.indices { blocks[block].moveGrid(by: first - blocks[block].positions[0].time) }
            }
        case .slower: return try session.prompt(golden.content(videoFPS: golden.sourceFPS / 20))
        case .unstamped:
            return prompt.changingTexts { tokens, place in
                place == .between ? Array(tokens.prefix(1) + tokens.suffix(1)) : tokens
            }
        case .withoutOuterTokens:
            let outer = try session.tokens(of: "<|vision_start|>", special: true)
            return prompt.changingTexts { tokens, place in
                switch place {
                case .first: tokens.filter { !outer.contains($0) } + outer
                case .between: tokens
                case .last: Array(tokens.dropFirst())
                }
            }
        case .withSystemLine:
            let line = try session.tokens(
                of: "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n", special: true)
            return prompt.changingTexts { tokens, place in place == .first ? line + tokens : tokens }
        }
        return prompt
    }
}

private enum TextPlace {
    case first, between, last
}

extension FrameBlock {
    fileprivate mutating func move(by distance: Int) {
        for token in positions.indices { positions[token].time += distance }
        moveGrid(by: distance)
    }

    fileprivate mutating func moveGrid(by distance: Int) {
        for token in positions.indices {
            positions[token].row += distance
            positions[token].column += distance
        }
    }
}

extension WindowPrompt {
    /// The prompt with other text, and all that follows moved to where it then belongs.
    fileprivate func changingTexts(_ change: ([Int32], TextPlace) -> [Int32]) -> WindowPrompt {
        var changed = self
        changed.parts = []
        var moved = 0
        for (index, part) in parts.enumerated() {
            switch part {
            case .text(let tokens, let start):
                let other = change(tokens, index == 0 ? .first : index == parts.count - 1 ? .last : .between)
                changed.parts.append(.text(other, at: start + moved))
                moved += other.count - tokens.count
            case .frames(var block):
                block.move(by: moved)
                changed.parts.append(.frames(block))
            }
        }
        changed.next += moved
        return changed
    }
}
