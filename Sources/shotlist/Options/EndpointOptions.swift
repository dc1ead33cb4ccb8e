import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistFleet

/// Servers that run the models, and how they are asked.
struct EndpointOptions: ParsableArguments {
    @Option(help: "What captions: embedded (this process), openai (servers, --endpoint), vllm (one started here).")
    var engine = EngineName.embedded

    @Option(
        name: .customLong("endpoint"),
        help: "The address of a server, such as http://gpu1:8000. Any number of times.")
    var endpoints: [String] = []

    @Option(help: "A file with an address a line; it is read again when it changes.")
    var endpointsFile: String?

    @Option(help: "The model as the servers name it; found by the variant's name when left out.")
    var endpointModel: String?

    @Option(
        help: "What the servers are: \(Dialect.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var endpointDialect: String?

    @Option(help: "How frames are sent: \(MediaForm.allCases.map(\.rawValue).joined(separator: ", ")).")
    var endpointMedia: String?

    @Option(help: "For --endpoint-media file: a folder that the servers see under the same path.")
    var endpointMediaDir: String?

    @Option(parsing: .unconditional, help: "The JPEG quality of frames that are sent, 1 to 100.")
    var endpointJPEGQuality = 95

    @Option(parsing: .unconditional, help: "Requests that one server has at most.")
    var endpointRequests = 64

    @Option(parsing: .unconditional, help: "Seconds that one request may take.")
    var endpointTimeout = 600.0

    @Option(parsing: .unconditional, help: "Seconds that the run waits while no server can be asked, before it stops.")
    var endpointGiveUp = 3600.0

    @Option(help: "The environment variable that holds the servers' key.")
    var apiKeyEnv: String?

    @Option(help: "A file that holds the servers' key.")
    var apiKeyFile: String?

    @Option(help: "For --engine vllm: the program; vllm when left out.")
    var vllmProgram: String?

    @Option(
        name: .customLong("vllm-argument"), parsing: .unconditionalSingleValue,
        help: "For --engine vllm: a further argument of vLLM. Any number of times.")
    var vllmArguments: [String] = []

    @Option(
        name: .customLong("enhance-endpoint"),
        help: "The address of a server that runs the text model. Any number of times.")
    var enhanceEndpoints: [String] = []

    @Option(help: "The text model as the servers name it.")
    var enhanceEndpointModel: String?

    /// What runs the model that captions.
    enum EngineName: String, ExpressibleByArgument, CaseIterable {
        case embedded, openai, vllm
    }

    /// Whether a text model runs on servers, too.
    var enhancesOnServers: Bool { !enhanceEndpoints.isEmpty || (engine == .openai && enhanceEndpointModel != nil) }

    /// Whether any server is asked.
    private var asksServers: Bool { engine != .embedded || !enhanceEndpoints.isEmpty }

    /// Refuses flags that would do nothing.
    func check() throws(ShotlistError) {
        if engine != .openai, !endpoints.isEmpty || endpointsFile != nil {
            throw ShotlistError(
                .invalidArgument, "An endpoint is given, and the engine is '\(engine.rawValue)'.",
                remedy: "Give --engine openai, too, or leave the endpoint out.")
        }
        if !asksServers, apiKeyEnv != nil || apiKeyFile != nil {
            throw ShotlistError(
                .invalidArgument, "A key is given, and no server is asked.",
                remedy: "Give --engine openai and --endpoint, too, or leave the key out.")
        }
        if engine == .embedded, let flag = sayingHowToAsk {
            throw ShotlistError(
                .invalidArgument, "\(flag) says how servers are asked, and the engine is 'embedded'.",
                remedy: "Give --engine openai and --endpoint, too, or leave it out.")
        }
        if engine != .vllm, vllmProgram != nil || !vllmArguments.isEmpty {
            throw ShotlistError(
                .invalidArgument, "It is said how vLLM is started, and the engine is '\(engine.rawValue)'.",
                remedy: "Give --engine vllm, too, or leave --vllm-program and --vllm-argument out.")
        }
        let year = 365.0 * 86_400
        guard endpointTimeout > 0, endpointTimeout <= year, (0...year).contains(endpointGiveUp) else {
            throw ShotlistError(
                .invalidArgument, "--endpoint-timeout and --endpoint-give-up are times of at most a year.",
                remedy: "Give seconds; the first above 0.")
        }
        guard (1...4096).contains(endpointRequests) else {
            throw ShotlistError(
                .invalidArgument, "\(endpointRequests) requests at once cannot be.", remedy: "Give 1 to 4096.")
        }
    }

    /// A flag that says how the servers that caption are asked.
    private var sayingHowToAsk: String? {
        [
            ("--endpoint-model", endpointModel != nil),
            ("--endpoint-dialect", endpointDialect != nil && enhanceEndpoints.isEmpty),
            ("--endpoint-media", endpointMedia != nil), ("--endpoint-media-dir", endpointMediaDir != nil),
        ].first(where: \.1)?.0
    }

    /// Refuses what says how the embedded engine runs its model, where another engine does.
    func check(_ captioning: CaptioningOptions) throws(ShotlistError) {
        guard engine != .embedded, captioning.generateCaptions else { return }
        let inVain = [
            ("--captioning-model-path", captioning.captioningModelPath != nil),
            ("--captioning-projector-path", captioning.captioningProjectorPath != nil),
            ("--model-url", captioning.modelURL != nil),
            ("--captioning-weights", captioning.captioningWeights != "auto"),
            ("--captioning-use-fp8-weights", captioning.captioningUseFP8Weights && engine == .openai),
        ]
        guard let flag = inVain.first(where: \.1)?.0 else { return }
        throw ShotlistError(
            .invalidArgument, "\(flag) says how the embedded engine gets or keeps its model, and servers run it.",
            remedy: "Leave it out; start the servers with the weights that you want (shotlist serve-command).")
    }

    /// The servers that caption.
    func fleet() throws(ShotlistError) -> FleetOptions {
        var options = try options(for: endpoints, file: endpointsFile)
        options.model = endpointModel
        options.media = try media()
        options.mediaFolder = endpointMediaDir
        options.jpegQuality = endpointJPEGQuality
        return options
    }

    /// The servers that enhance captions: those that caption, when no others are named.
    func enhancementFleet() throws(ShotlistError) -> FleetOptions {
        var options =
            enhanceEndpoints.isEmpty
            ? try options(for: endpoints, file: endpointsFile) : try options(for: enhanceEndpoints, file: nil)
        options.model = enhanceEndpointModel
        return options
    }

    /// Windows that are with the servers at once: as many as all may have, those of a file reckoned as eight.
    var windowsInFlight: Int {
        min(4096, endpointRequests * max(1, endpoints.count + (endpointsFile == nil ? 0 : 8)))
    }

    /// Captions that are with the servers of the text model at once.
    func captionsInFlight(atLeast batch: Int) -> Int {
        enhanceEndpoints.isEmpty
            ? max(batch, windowsInFlight) : max(batch, min(4096, endpointRequests * enhanceEndpoints.count))
    }

    private func options(for addresses: [String], file: String?) throws(ShotlistError) -> FleetOptions {
        var endpoints: [Endpoint] = []
        for address in addresses { endpoints.append(try Endpoint(address)) }
        guard !endpoints.isEmpty || file != nil || engine == .vllm else {
            throw ShotlistError(
                .invalidArgument, "--engine openai asks servers, and none is named.",
                remedy: "Give --endpoint URL, any number of times, or --endpoints-file FILE.")
        }
        var options = try FleetOptions(endpoints: endpoints, endpointsFile: file, key: try key())
        if let name = endpointDialect {
            guard let kind = Dialect.Kind(rawValue: name) else {
                throw ShotlistError(
                    .invalidArgument, "There is no dialect '\(name)'.",
                    remedy: "Use one of: \(Dialect.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            options.dialect = kind
        }
        options.timeout = .seconds(endpointTimeout)
        options.giveUp = .seconds(endpointGiveUp)
        options.requestsPerEndpoint = endpointRequests
        return options
    }

    private func media() throws(ShotlistError) -> MediaForm? {
        guard let name = endpointMedia else { return nil }
        guard let form = MediaForm(rawValue: name) else {
            throw ShotlistError(
                .invalidArgument, "There is no form '\(name)' to send frames in.",
                remedy: "Use one of: \(MediaForm.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return form
    }

    /// The key; nil when none is named. It is never part of an error.
    private func key() throws(ShotlistError) -> String? {
        guard apiKeyEnv == nil || apiKeyFile == nil else {
            throw ShotlistError(
                .invalidArgument, "The key is named twice.", remedy: "Leave --api-key-env or --api-key-file out.")
        }
        if let name = apiKeyEnv {
            guard let key = ProcessInfo.processInfo.environment[name], !key.isEmpty else {
                throw ShotlistError(
                    .invalidArgument, "The environment variable '\(name)' holds no key.",
                    remedy: "Set it, or name another by --api-key-env.")
            }
            return key
        }
        guard let path = apiKeyFile else { return nil }
        guard let key = try? String(contentsOfFile: path, encoding: .utf8), key.contains(where: { !$0.isWhitespace })
        else {
            throw ShotlistError(
                .unreadable, "The file '\(path)' holds no key that can be read.",
                remedy: "Write the key alone into it, and see that it can be read.")
        }
        return key
    }
}
