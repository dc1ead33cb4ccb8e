import ShotlistCore
import ShotlistEngines
import Synchronization

/// From a window's frames to what the text model reads: lays the prompt out and has its frames encoded.
final class WindowEncoder: ContentEncoder {
    typealias Content = ShownWindow
    private let projector: Projector
    private let family: VisionFamily
    // Only its vocabulary is used, which nothing changes.
    private let model: LlamaModel
    private let contextLimit: Int
    private let counts: FrameCounts
    private var cache: FrameCache

    /// Makes an encoder that keeps at most `cacheBytes` of embeddings.
    init(
        projector: Projector, family: VisionFamily, model: LlamaModel, contextLimit: Int, cacheBytes: Int,
        counts: FrameCounts
    ) {
        self.projector = projector
        self.family = family
        self.model = model
        self.contextLimit = contextLimit
        self.counts = counts
        cache = FrameCache(limit: cacheBytes)
    }

    func encode(_ content: ShownWindow, abort: AbortFlag, turns: Turns?) throws -> EncodedContent {
        let prompt = try family.layOut(WindowContent(content.input), vocabulary: model)
        // A video that leaves no room for its question is refused before anything is computed for it; of several
        // questions one may be short enough.
        guard prompt.tokenCount - (content.asksAgain ? prompt.questionCount : 0) < contextLimit else {
            throw ContextTooShort.error(
                promptTokens: prompt.tokenCount, visionTokens: prompt.visionTokenCount, limit: contextLimit)
        }
        if let frame = prompt.largestFrame { counts.note(frame) }
        return try encode(prompt, abort: abort, turns: turns)
    }

    /// Encodes all of a prompt but the text at its end.
    func encode(_ prompt: WindowPrompt, abort: AbortFlag, turns: Turns? = nil) throws -> EncodedContent {
        let start = ContinuousClock.now
        var content = EncodedContent()
        content.end = prompt.next
        content.opening = prompt.opening
        var parts = prompt.parts
        if case .text(_, let place)? = parts.last {
            parts.removeLast()
            content.end = place
        }
        var embeddings = try embeddings(of: prompt.blocks, abort: abort, turns: turns).makeIterator()
        for part in parts {
            switch part {
            case .text(let tokens, let place):
                content.pieces.append(.text(tokens, at: place))
                content.textTokens += tokens
            case .frames(let block):
                guard let values = embeddings.next() else { break }
                try check(values, of: block)
                content.pieces.append(.frames(values, at: block.positions))
                content.visionTokens += block.positions.count
            }
        }
        content.seconds = (ContinuousClock.now - start) / .seconds(1)
        return content
    }

    /// All of a prompt, the text at its end included.
    func encodeAll(_ prompt: WindowPrompt, abort: AbortFlag) throws -> [PromptPiece] {
        let content = try encode(prompt, abort: abort)
        guard case .text(let question, let place)? = prompt.parts.last else { return content.pieces }
        return content.pieces + [.text(question, at: place)]
    }

    private func embeddings(of blocks: [FrameBlock], abort: AbortFlag, turns: Turns?) throws -> [[Float]] {
        guard cache.limit > 0 else {
            defer { counts.add(EngineStatistics(encodedBlocks: blocks.count)) }
            return try projector.embeddings(of: blocks.map(\.frames), abort: abort, turns: turns)
        }
        let names = blocks.map { FrameCache.name(of: $0.frames) }
        var found: [String: [Float]] = [:]
        var missing: [(name: String, frames: [RGBFrame])] = []
        for (name, block) in zip(names, blocks) where found[name] == nil {
            if let kept = cache.embeddings(named: name) {
                found[name] = kept
            } else if !missing.contains(where: { $0.name == name }) {
                missing.append((name, block.frames))
            }
        }
        let made = try projector.embeddings(of: missing.map(\.frames), abort: abort, turns: turns)
        for (block, embeddings) in zip(missing, made) {
            found[block.name] = embeddings
            cache.keep(embeddings, named: block.name)
        }
        counts.noteCache(bytes: cache.byteCount)
        counts.add(EngineStatistics(encodedBlocks: missing.count, reusedBlocks: blocks.count - missing.count))
        return names.compactMap { found[$0] }
    }

    private func check(_ embeddings: [Float], of block: FrameBlock) throws(ShotlistError) {
        let width = model.embeddingWidth
        guard embeddings.count != block.positions.count * width else { return }
        throw ShotlistError(
            .engineFailed,
            "The projector made \(embeddings.count / width) tokens of a frame that is laid out as "
                + "\(block.positions.count).",
            remedy: "Use the projector that was converted together with the text model.")
    }
}

/// A window that is to be encoded.
struct ShownWindow: Sendable {
    /// Its frames, and what is asked first.
    let input: WindowInput
    /// Whether other questions may come.
    let asksAgain: Bool
}

/// What was counted of frames, for whoever asks from another thread.
final class FrameCounts: Sendable {
    private let state = Mutex((statistics: EngineStatistics(), largest: PixelSize?.none, cachedBytes: 0))

    /// What was encoded and what was not.
    var statistics: EngineStatistics { state.withLock { $0.statistics } }
    /// Bytes of encoded frames that are kept.
    var cachedBytes: Int { state.withLock { $0.cachedBytes } }
    /// The largest frame so far.
    var largestFrame: PixelSize? { state.withLock { $0.largest } }

    /// Adds to the counts.
    func add(_ counts: EngineStatistics) {
        state.withLock {
            $0.statistics.encodedBlocks += counts.encodedBlocks
            $0.statistics.reusedBlocks += counts.reusedBlocks
        }
    }

    /// Notes how many bytes of encoded frames are kept.
    func noteCache(bytes: Int) {
        state.withLock { $0.cachedBytes = bytes }
    }

    /// Notes a frame that is going to be encoded.
    func note(_ frame: PixelSize) {
        state.withLock { if frame.area > ($0.largest?.area ?? 0) { $0.largest = frame } }
    }
}
