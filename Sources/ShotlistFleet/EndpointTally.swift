/// What one server did in a run.
public struct EndpointTally: Sendable {
    /// Requests that were answered, or refused for what they asked.
    public private(set) var requests = 0
    /// Requests that failed: broken, out of time, or turned away.
    public private(set) var errors = 0
    /// Tokens of prompts, as the server counts them.
    public private(set) var promptTokens = 0
    /// Tokens of answers.
    public private(set) var outputTokens = 0
    private var latencies = LatencyRecord(capacity: 4096)

    /// The latency in seconds that the share `share` (0...1) of the latest 4,096 answers did not exceed; nil before any.
    public func latency(_ share: Double) -> Double? { latencies.percentile(share).map { $0 / .seconds(1) } }

    mutating func take(_ reply: Reply?, seconds: Double) {
        switch reply {
        case .answered(let answer):
            requests += 1
            promptTokens += answer.usage?.prompt ?? 0
            outputTokens += answer.usage?.output ?? 0
            latencies.add(.seconds(seconds))
        case .failed(.refused, _): requests += 1
        case .failed: errors += 1
        case nil: break
        }
    }
}
