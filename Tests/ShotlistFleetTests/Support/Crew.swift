import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistFleet
import Synchronization
import TestServer
import Testing

/// A run over a test's own servers, with short pauses, and what it said.
final class Crew: Sendable {
    private let said = Mutex<[String]>([])

    /// What the person at the terminal was told.
    var notices: [String] { said.withLock { $0 } }

    /// How many notices hold this text.
    func count(_ text: String) -> Int { notices.filter { $0.contains(text) }.count }

    /// Options of a user who has these servers and nothing else.
    static func options(
        _ servers: TestServer..., file: String? = nil, key: String? = nil, environment: [String: String] = [:]
    ) throws -> FleetOptions {
        try options(servers.map(\.address), file: file, key: key, environment: environment)
    }

    /// Options of a user who has these addresses and nothing else.
    static func options(
        _ addresses: [String], file: String? = nil, key: String? = nil, environment: [String: String] = [:]
    ) throws -> FleetOptions {
        var options = try FleetOptions(
            endpoints: addresses.map { try Endpoint($0) }, endpointsFile: file, key: key, environment: environment)
        options.timeout = .seconds(30)
        options.giveUp = .seconds(30)
        options.lookPeriod = .milliseconds(50)
        options.policy.longestRest = .seconds(2)
        options.policy.jitter = { $0 / 10 }
        return options
    }

    /// Connects, and leaves it to the caller to shut the engine down.
    func connect(
        _ options: FleetOptions, knownNames: [String] = [], maxOutputTokens: Int = 256
    ) async throws -> FleetEngine {
        try await FleetEngine.connect(
            options, variant: Sample.variant, knownNames: knownNames, maxOutputTokens: maxOutputTokens
        ) { [self] notice in
            said.withLock { $0.append(notice) }
        }
    }

    /// Connects, and shuts the engine down when `body` is done.
    func run(_ options: FleetOptions, _ body: (FleetEngine) async throws -> Void) async throws {
        let engine = try await connect(options)
        do {
            try await body(engine)
        } catch {
            await engine.shutDown()
            throw error
        }
        await engine.shutDown()
    }

    /// The error with which connecting ends.
    func refusal(_ options: FleetOptions, maxOutputTokens: Int = 256) async throws -> ShotlistError {
        do {
            let engine = try await connect(options, maxOutputTokens: maxOutputTokens)
            await engine.shutDown()
        } catch let error as ShotlistError {
            return error
        }
        throw NoError()
    }

    struct NoError: Error, CustomStringConvertible {
        let description = "No error came."
    }

    /// Waits until something is so, half a minute at most.
    static func wait(until isSo: () -> Bool, _ location: SourceLocation = #_sourceLocation) async throws {
        for _ in 0..<3000 {
            if isSo() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        try #require(isSo(), sourceLocation: location)
    }
}

extension FleetEngine {
    /// The answer to a window of its own.
    func caption(_ words: String, maxOutputTokens: Int = 256) async throws -> CaptionAnswer {
        try await caption(
            CaptionRequest(
                input: try Sample.window(words), sampling: .qwen, maxOutputTokens: maxOutputTokens))
    }

    /// The error to a window of its own.
    func failure(_ words: String) async throws -> ShotlistError {
        do {
            _ = try await caption(words)
        } catch let error as ShotlistError {
            return error
        }
        throw Crew.NoError()
    }

    /// Asks about windows side by side, and checks that each answer is its own.
    func captionAll(_ words: [String]) async throws {
        try await withThrowingTaskGroup(of: (String, String).self) { group in
            for one in words { group.addTask { (one, try await self.caption(one).text) } }
            for try await (asked, answer) in group { #expect(answer == "answer to \(asked)") }
        }
    }
}
