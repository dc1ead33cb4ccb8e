/// A model's words about one window.
public struct CaptionSet: Sendable, Hashable, Codable {
    /// The caption of the last pass.
    public var caption: String?
    /// The caption of the first of two passes.
    public var stage1: String?
    /// What a text model made of the caption.
    public var enhanced: String?
    /// Captions of named prompts, by name.
    public var named: [String: String]

    /// Makes a set; without any it is that of a window without captions.
    public init(
        caption: String? = nil, stage1: String? = nil, enhanced: String? = nil, named: [String: String] = [:]
    ) {
        self.caption = caption
        self.stage1 = stage1
        self.enhanced = enhanced
        self.named = named
    }

    /// The caption that counts when nobody edited it: the enhanced one, else the last pass's, else the first's; the first of
    /// these with words in it.
    public var best: String? { passes.first { !$0.allSatisfy(\.isWhitespace) } ?? passes.first }

    /// All that is not ``best``, for searching.
    var others: [String] {
        var others = passes
        if let best, let index = others.firstIndex(of: best) { others.remove(at: index) }
        return others + named.sorted { $0.key < $1.key }.map(\.value)
    }

    private var passes: [String] { [enhanced, caption, stage1].compactMap(\.self) }
}
