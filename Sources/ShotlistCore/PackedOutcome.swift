/// A window's outcome in few bytes of JSON: short keys, and nothing that is as usual.
///
/// Who answered and to which prompt is the same for thousands of windows and half of what there is to write. It stands in
/// a list of its own (``origins``), which a ledger can keep once for all of them.
package struct PackedOutcome: Sendable, Codable {
    /// Who answered, and to which prompt: a record names its own by the place in this list. Nil when there is none, or
    /// when it is kept elsewhere and is to be put back before ``outcome()``.
    package var origins: [AnswerOrigin]?
    private var captions: [String: String]?
    private var record: PackedRecord?
    private var stage1: PackedCaption?
    private var named: [String: PackedCaption]?
    private var enhanced: [String: String]?
    private var enhancement: PackedEnhancement?
    private var status: WindowStatus?
    private var reason: WindowReason?
    private var flags: [WindowFlag]?
    private var previewReason: WindowReason?
    private var hasPreview: Bool?
    private var shown: PackedFrames?

    private enum CodingKeys: String, CodingKey {
        case origins = "o"
        case captions = "c"
        case record = "r"
        case stage1 = "a"
        case named = "n"
        case enhanced = "e"
        case enhancement = "x"
        case status = "s"
        case reason = "w"
        case flags = "f"
        case previewReason = "p"
        case hasPreview = "v"
        case shown = "i"
    }

    /// Packs an outcome, with its origins.
    package init(_ outcome: WindowOutcome) {
        var origins: [AnswerOrigin] = []
        captions = outcome.caption.ifAny
        if let record = outcome.captionRecord { self.record = PackedRecord(record, &origins) }
        if let stage1 = outcome.stage1 { self.stage1 = PackedCaption(stage1, &origins) }
        var named: [String: PackedCaption] = [:]
        // In order, so that windows of one run have their origins in one order.
        for (name, caption) in outcome.namedCaptions.sorted(by: { $0.key < $1.key }) {
            named[name] = PackedCaption(caption, &origins)
        }
        self.named = named.ifAny
        enhanced = outcome.enhancedCaption.ifAny
        if let enhancement = outcome.enhancementRecord {
            self.enhancement = PackedEnhancement(enhancement, &origins)
        }
        status = outcome.status == .success ? nil : outcome.status
        reason = outcome.reason
        flags = outcome.flags.ifAny
        previewReason = outcome.previewReason
        hasPreview = outcome.hasPreview ? true : nil
        if let shown = outcome.shown { self.shown = PackedFrames(shown) }
        self.origins = origins.ifAny
    }

    /// The outcome.
    ///
    /// - Throws: `DecodingError` when numbers or origins are missing.
    package func outcome() throws -> WindowOutcome {
        let origins = self.origins ?? []
        return WindowOutcome(
            caption: captions ?? [:],
            stage1: try stage1?.outcome(origins),
            namedCaptions: try (named ?? [:]).mapValues { try $0.outcome(origins) },
            enhancedCaption: enhanced ?? [:],
            captionRecord: try record?.caption(origins),
            enhancementRecord: try enhancement?.outcome(origins),
            status: status ?? .success, reason: reason, flags: flags ?? [], previewReason: previewReason,
            shown: try shown?.frames(), hasPreview: hasPreview ?? false)
    }
}

/// Who answered a question, and which: the part of a record that windows share.
package struct AnswerOrigin: Sendable, Hashable, Codable {
    /// The model's name.
    var model: String
    /// The revision of its files.
    var revision: String
    /// How its weights are kept.
    var precision: String?
    /// SHA-256 of the prompt.
    var prompt: String
    /// The address of the server that answered.
    var server: String?

    private enum CodingKeys: String, CodingKey {
        case model = "m"
        case revision = "r"
        case precision = "q"
        case prompt = "h"
        case server = "s"
    }

    /// The place of this origin in a list, which it joins if need be.
    func place(in origins: inout [AnswerOrigin]) -> Int {
        if let place = origins.firstIndex(of: self) { return place }
        origins.append(self)
        return origins.count - 1
    }
}

extension Collection {
    /// The collection, or nil when it is empty.
    var ifAny: Self? { isEmpty ? nil : self }
}
