import Foundation

/// Servers that speak as much of OpenAI's API as measuring a client needs, all in one process.
///
///     FleetServers COUNT at-once         each question is answered as soon as its body is there, always alike
///     FleetServers COUNT hold SECONDS    after so long, however many questions there are
///     FleetServers COUNT simulate SEED   16 places that work side by side, 16 questions that wait, then HTTP 429
///
/// Held and simulated servers answer with the number that stands between two `#` in the prompt. The first line that is
/// printed has the addresses. Then each line of the input is a command, and has a line of JSON for an answer: `start`
/// counts from here, `report` says what was counted, `faults` lets three servers fail at a time from here on.
/// `Benchmarks/fleet` gives the commands.
@main
struct FleetServers {
    static func main() async throws {
        let words = Array(CommandLine.arguments.dropFirst())
        guard words.count >= 2, let count = Int(words[0]), (1...250).contains(count), let work = Work(words.dropFirst())
        else {
            FileHandle.standardError.write(Data("usage: FleetServers COUNT at-once|hold SECONDS|simulate SEED\n".utf8))
            exit(64)
        }
        let gauge = Gauge()
        let servers = (0..<count).map { Server(number: $0, work: work, gauge: gauge) }
        for server in servers { try await server.open() }
        say(try JSONEncoder().encode(["endpoints": servers.map(\.address)]))
        var faults: Task<Void, Never>?
        for await command in lines {
            switch command {
            case "start":
                gauge.start()
                say(Data("{}".utf8))
            case "faults":
                faults = faults ?? Task { await carryOut(FaultPlan(seed: 7), on: servers) }
                say(Data("{}".utf8))
            case "report":
                say(try JSONEncoder().encode(gauge.report()))
            default:
                say(Data("{\"error\": \"there is no such command\"}".utf8))
            }
        }
        faults?.cancel()
    }

    /// A plan that breaks off would leave the same servers failing, and measure something else.
    private static func carryOut(_ plan: FaultPlan, on servers: [Server]) async {
        do {
            try await plan.carryOut(on: servers)
        } catch is CancellationError {
        } catch {
            FileHandle.standardError.write(Data("FleetServers: a server did not come back: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func say(_ json: Data) {
        FileHandle.standardOutput.write(json + Data("\n".utf8))
    }

    /// The lines of the input; a thread of their own waits for them.
    private static var lines: AsyncStream<String> {
        AsyncStream { continuation in
            Thread.detachNewThread {
                while let line = readLine() { continuation.yield(line) }
                continuation.finish()
            }
        }
    }
}

/// What servers do with a question.
enum Work: Sendable {
    case atOnce
    case hold(Duration)
    case simulate(seed: UInt64)

    init?(_ words: ArraySlice<String>) {
        switch (words.first, words.dropFirst().first) {
        case ("at-once", nil): self = .atOnce
        case ("hold", let word?):
            guard let seconds = Double(word), seconds >= 0 else { return nil }
            self = .hold(.seconds(seconds))
        case ("simulate", let word?):
            guard let seed = UInt64(word) else { return nil }
            self = .simulate(seed: seed)
        default: return nil
        }
    }
}
