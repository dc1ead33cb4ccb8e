/// What one server did in a run.
public struct ServerStatistics: Sendable, Hashable, Codable {
    /// Its address.
    public var server: String
    /// Requests that it answered, or refused for what they asked.
    public var requests: Int
    /// Requests that failed on it: broken, out of time, or turned away. Each was asked again, on it or on another.
    public var errors: Int
    /// Tokens of prompts, as it counts them.
    public var promptTokens: Int
    /// Tokens of answers, as it counts them.
    public var outputTokens: Int
    /// Seconds that half of its answers did not exceed; nil when it gave none.
    public var medianSeconds: Double?
    /// Seconds that 95 of 100 did not exceed.
    public var p95Seconds: Double?
    /// Seconds that 99 of 100 did not exceed.
    public var p99Seconds: Double?

    /// Makes counts.
    public init(
        server: String, requests: Int, errors: Int, promptTokens: Int, outputTokens: Int, medianSeconds: Double?,
        p95Seconds: Double?, p99Seconds: Double?
    ) {
        self.server = server
        self.requests = requests
        self.errors = errors
        self.promptTokens = promptTokens
        self.outputTokens = outputTokens
        self.medianSeconds = medianSeconds
        self.p95Seconds = p95Seconds
        self.p99Seconds = p99Seconds
    }

    private enum CodingKeys: String, CodingKey {
        case server, requests, errors
        case promptTokens = "prompt_tokens"
        case outputTokens = "output_tokens"
        case medianSeconds = "median_seconds"
        case p95Seconds = "p95_seconds"
        case p99Seconds = "p99_seconds"
    }

    /// The same with one entry a server, where an engine left and came back: counts are added, and the latencies are those of
    /// the entry with more requests.
    package static func joined(_ all: [ServerStatistics]) -> [ServerStatistics] {
        var joined: [ServerStatistics] = []
        for one in all {
            guard let index = joined.firstIndex(where: { $0.server == one.server }) else {
                joined.append(one)
                continue
            }
            let before = joined[index]
            var sum = one.requests > before.requests ? one : before
            sum.requests = before.requests + one.requests
            sum.errors = before.errors + one.errors
            sum.promptTokens = before.promptTokens + one.promptTokens
            sum.outputTokens = before.outputTokens + one.outputTokens
            joined[index] = sum
        }
        return joined
    }
}
