import Foundation
import ShotlistCore
import ShotlistEngines

/// Captions windows on a vLLM server that it starts on this machine, starts again when it dies, and stops.
public final class OwnServerEngine: CaptionEngine {
    public let identity: EngineIdentity
    private let server: OwnServer
    private let fleet: FleetEngine

    private init(identity: EngineIdentity, server: OwnServer, fleet: FleetEngine) {
        self.identity = identity
        self.server = server
        self.fleet = fleet
    }

    /// Starts a server on a free port of this machine, and waits until it can be asked.
    ///
    /// - Parameters:
    ///   - command: what starts it; its address and port are set here.
    ///   - options: how it is asked. How long it may take until it answers is their ``FleetOptions/giveUp``.
    ///   - variant: what is captioned for.
    ///   - maxOutputTokens: the most tokens of a caption.
    ///   - onNotice: told in a sentence what the person at the terminal should know.
    /// - Throws: ``ShotlistError``: `not_available` when the program is not there, `engine_failed` when the server does
    ///   not come up, and what ``FleetEngine/connect(_:variant:knownNames:maxOutputTokens:onNotice:)`` throws.
    ///   `CancellationError`.
    public static func start(
        _ command: VLLMCommand, options: FleetOptions, variant: ModelVariant, maxOutputTokens: Int,
        onNotice: @escaping @Sendable (String) -> Void
    ) async throws -> OwnServerEngine {
        var policy = OwnServerPolicy()
        policy.startTime = options.giveUp
        return try await start(
            command, options: options, variant: variant, maxOutputTokens: maxOutputTokens, policy: policy,
            onNotice: onNotice)
    }

    package static func start(
        _ command: VLLMCommand, options: FleetOptions, variant: ModelVariant, maxOutputTokens: Int,
        policy: OwnServerPolicy, onNotice: @escaping @Sendable (String) -> Void
    ) async throws -> OwnServerEngine {
        let program = try ProgramPath.find(command.program)
        var command = command
        command.host = "127.0.0.1"
        let port = try await FreePort.find()
        command.port = port
        let server = try OwnServer(
            program: program, arguments: command.arguments, endpoint: Endpoint("http://127.0.0.1:\(port)"),
            policy: policy, onNotice: onNotice)
        onNotice("Starting vLLM: \(command.shownText)")
        try await server.start()
        do {
            let fleet = try await connect(
                to: server, name: command.servedName, options: options, variant: variant,
                maxOutputTokens: maxOutputTokens, onNotice: onNotice)
            server.onFailure { fleet.surrender(to: $0) }
            return OwnServerEngine(
                identity: EngineIdentity(
                    modelID: command.model, modelRevision: command.revision ?? "as served",
                    modelPrecision: command.precision),
                server: server, fleet: fleet)
        } catch {
            await server.stop()
            if let failure = server.failure { throw failure }
            throw error
        }
    }

    public var encoder: WindowEncoding? { fleet.encoder }

    public var mediaForm: String? { fleet.mediaForm }

    public func caption(_ request: CaptionRequest) async throws -> CaptionAnswer {
        try await fleet.caption(request)
    }

    public func withWindow<Result: Sendable>(
        _ input: WindowInput, asksAgain: Bool,
        _ body: @Sendable (any OpenWindow) async throws -> Result
    ) async throws -> Result {
        try await fleet.withWindow(input, asksAgain: asksAgain, body)
    }

    public var statistics: EngineStatistics? { fleet.statistics }

    public func shutDown() async {
        await fleet.shutDown()
        await server.stop()
    }

    // MARK: Inside

    private static func connect(
        to server: OwnServer, name: String, options: FleetOptions, variant: ModelVariant, maxOutputTokens: Int,
        onNotice: @escaping @Sendable (String) -> Void
    ) async throws -> FleetEngine {
        let options = try options.asking(only: server.endpoint, for: name)
        let connecting = Task {
            try await FleetEngine.connect(
                options, variant: variant, knownNames: [name], maxOutputTokens: maxOutputTokens, onNotice: onNotice)
        }
        // A server that is given up meanwhile is not waited for.
        server.onFailure { _ in connecting.cancel() }
        return try await withTaskCancellationHandler {
            try await connecting.value
        } onCancel: {
            connecting.cancel()
        }
    }
}
