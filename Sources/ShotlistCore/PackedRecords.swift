/// What is known of an answer beside its words: numbers in order, without those at the end that are as usual.
struct PackedRecord: Sendable, Codable {
    private var finish: CaptionRecord.FinishReason?
    private var tokens: [Int]
    private var seconds: [Double?]
    private var origin: Int?

    private enum CodingKeys: String, CodingKey {
        case finish = "f"
        case tokens = "n"
        case seconds = "t"
        case origin = "o"
    }

    /// Tokens of the prompt, of the answer, of the video, reused ones; attempts; prompt, reused ones and output of what
    /// was discarded: as they are when nothing is said.
    private static let usual = [0, 0, 0, 0, 1, 0, 0, 0]

    private init(
        _ finish: CaptionRecord.FinishReason, tokens: [Int], seconds: [Double?], _ origin: AnswerOrigin,
        _ origins: inout [AnswerOrigin]
    ) {
        self.finish = finish == .stop ? nil : finish
        var tokens = tokens
        while let last = tokens.last, last == Self.usual[tokens.count - 1] { tokens.removeLast() }
        self.tokens = tokens
        var seconds = seconds
        while seconds.count > 1, seconds[seconds.count - 1] == nil { seconds.removeLast() }
        self.seconds = seconds
        let place = origin.place(in: &origins)
        self.origin = place == 0 ? nil : place
    }

    init(_ record: CaptionRecord, _ origins: inout [AnswerOrigin]) {
        let origin = AnswerOrigin(
            model: record.modelID, revision: record.modelRevision, precision: record.modelPrecision,
            prompt: record.promptHash, server: record.server)
        let discarded = record.discarded
        self.init(
            record.finishReason,
            tokens: [
                record.promptTokens, record.outputTokens, record.visionTokens, record.reusedTokens, record.attempts,
                discarded.prompt, discarded.reused, discarded.output,
            ],
            seconds: [record.seconds, record.promptSeconds, record.outputSeconds], origin, &origins)
    }

    init(_ answer: EnhancementRecord.Answer, prompt: String, _ origins: inout [AnswerOrigin]) {
        let origin = AnswerOrigin(
            model: answer.modelID, revision: answer.modelRevision, precision: answer.modelPrecision, prompt: prompt,
            server: nil)
        self.init(
            answer.finishReason, tokens: [answer.promptTokens, answer.outputTokens, 0, answer.reusedTokens],
            seconds: [answer.seconds, answer.promptSeconds, answer.outputSeconds], origin, &origins)
    }

    func caption(_ origins: [AnswerOrigin]) throws -> CaptionRecord {
        let (tokens, seconds, total, origin) = try parts(origins)
        return CaptionRecord(
            finishReason: finish ?? .stop, promptTokens: tokens[0], visionTokens: tokens[2], reusedTokens: tokens[3],
            outputTokens: tokens[1], modelID: origin.model, modelRevision: origin.revision,
            modelPrecision: origin.precision, promptHash: origin.prompt, seconds: total, promptSeconds: seconds[1],
            outputSeconds: seconds[2], server: origin.server, attempts: tokens[4],
            discarded: TokenCounts(prompt: tokens[5], reused: tokens[6], output: tokens[7]))
    }

    func enhancement(_ origins: [AnswerOrigin]) throws -> (answer: EnhancementRecord.Answer, prompt: String) {
        let (tokens, seconds, total, origin) = try parts(origins)
        let answer = EnhancementRecord.Answer(
            finishReason: finish ?? .stop, promptTokens: tokens[0], reusedTokens: tokens[3], outputTokens: tokens[1],
            modelID: origin.model, modelRevision: origin.revision, modelPrecision: origin.precision, seconds: total,
            promptSeconds: seconds[1], outputSeconds: seconds[2])
        return (answer, origin.prompt)
    }

    /// All numbers with the usual ones, the seconds in all, and the origin.
    private func parts(
        _ origins: [AnswerOrigin]
    ) throws -> (tokens: [Int], seconds: [Double?], total: Double, origin: AnswerOrigin) {
        let place = origin ?? 0
        guard tokens.count <= Self.usual.count, seconds.count <= 3, let first = seconds.first, let total = first,
            origins.indices.contains(place), tokens.allSatisfy({ $0.magnitude <= 1 << 53 })
        else { throw brokenOutcome }
        let missing: [Double?] = Array(repeating: nil, count: 3 - seconds.count)
        return (tokens + Self.usual.dropFirst(tokens.count), seconds + missing, total, origins[place])
    }
}

/// A caption with its record.
struct PackedCaption: Sendable, Codable {
    private var variant: String
    private var text: String?
    private var status: WindowStatus?
    private var reason: WindowReason?
    private var flags: [WindowFlag]?
    private var record: PackedRecord?

    private enum CodingKeys: String, CodingKey {
        case variant = "v"
        case text = "c"
        case status = "s"
        case reason = "w"
        case flags = "f"
        case record = "r"
    }

    init(_ caption: CaptionOutcome, _ origins: inout [AnswerOrigin]) {
        variant = caption.variant
        text = caption.text
        status = caption.status == .success ? nil : caption.status
        reason = caption.reason
        flags = caption.flags.ifAny
        if let record = caption.record { self.record = PackedRecord(record, &origins) }
    }

    func outcome(_ origins: [AnswerOrigin]) throws -> CaptionOutcome {
        CaptionOutcome(
            variant: variant, text: text, status: status ?? .success, reason: reason, flags: flags ?? [],
            record: try record?.caption(origins))
    }
}

/// How an enhancement ended.
struct PackedEnhancement: Sendable, Codable {
    private var status: WindowStatus?
    private var reason: WindowReason?
    private var flags: [WindowFlag]?
    /// The prompt's hash where there is no answer; an answer's origin has it.
    private var prompt: String?
    private var answer: PackedRecord?

    private enum CodingKeys: String, CodingKey {
        case status = "s"
        case reason = "w"
        case flags = "f"
        case prompt = "h"
        case answer = "r"
    }

    init(_ enhancement: EnhancementRecord, _ origins: inout [AnswerOrigin]) {
        status = enhancement.status == .success ? nil : enhancement.status
        reason = enhancement.reason
        flags = enhancement.flags.ifAny
        if let answer = enhancement.answer {
            self.answer = PackedRecord(answer, prompt: enhancement.promptHash, &origins)
        } else {
            prompt = enhancement.promptHash
        }
    }

    func outcome(_ origins: [AnswerOrigin]) throws -> EnhancementRecord {
        let known = try answer?.enhancement(origins)
        guard let prompt = known?.prompt ?? prompt else { throw brokenOutcome }
        return EnhancementRecord(
            status: status ?? .success, reason: reason, flags: flags ?? [], promptHash: prompt, answer: known?.answer)
    }
}

/// What a window was shown.
struct PackedFrames: Sendable, Codable {
    private var indices: [Int]
    private var rate: Double
    private var size: [Int]

    private enum CodingKeys: String, CodingKey {
        case indices = "f"
        case rate = "r"
        case size = "s"
    }

    init(_ shown: ShownFrames) {
        indices = shown.frameIndices
        rate = shown.effectiveFPS
        size = [shown.resizedSize.width, shown.resizedSize.height]
    }

    func frames() throws -> ShownFrames {
        guard size.count == 2 else { throw brokenOutcome }
        return ShownFrames(
            frameIndices: indices, effectiveFPS: rate, resizedSize: PixelSize(width: size[0], height: size[1]))
    }
}

/// Text that is no packed outcome.
private var brokenOutcome: DecodingError {
    .dataCorrupted(.init(codingPath: [], debugDescription: "a packed outcome lacks numbers or an origin"))
}
